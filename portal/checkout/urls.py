from django.urls import path

from portal.checkout import account_views, basket_views, views
from portal.checkout.proforma.views import proforma

urlpatterns = [
    path("buy/<slug:code>/", views.quantity, name="quantity"),
    path("buy/<slug:code>/details/", views.details, name="details"),
    path("buy/<slug:code>/preview/", views.preview, name="preview"),
    path("buy/<slug:code>/basket/", basket_views.add, name="basket_add"),
    path("basket/", basket_views.basket, name="basket"),
    path("basket/details/", basket_views.details, name="basket_details"),
    path("basket/preview/", basket_views.preview, name="basket_preview"),
    path("baskets/<slug:token>/", basket_views.placed, name="basket_orders"),
    path("orders/<slug:token>/", views.order, name="order"),
    path("orders/<slug:token>/pay/", views.pay, name="pay"),
    path("orders/<slug:token>/transfer/", views.transfer, name="transfer"),
    path("orders/<slug:token>/pro-forma.pdf", proforma, name="proforma"),
    path("orders/<slug:token>/pay/back/", views.pay_return, name="pay_return"),
    path("orders/<slug:token>/pay/<slug:rail>/", views.pay_elsewhere, name="pay_elsewhere"),
    path("orders/<slug:token>/progress/", views.progress, name="progress"),
    path("orders/<slug:token>/withdraw/", views.withdraw, name="withdraw"),
    path("account/", account_views.account, name="account"),
]
