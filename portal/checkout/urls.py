from django.urls import path

from portal.checkout import views

urlpatterns = [
    path("buy/<slug:code>/", views.quantity, name="quantity"),
    path("buy/<slug:code>/details/", views.details, name="details"),
    path("buy/<slug:code>/preview/", views.preview, name="preview"),
    path("orders/<slug:token>/", views.order, name="order"),
    path("orders/<slug:token>/pay/", views.pay, name="pay"),
    path("orders/<slug:token>/transfer/", views.transfer, name="transfer"),
    path("orders/<slug:token>/pay/back/", views.pay_return, name="pay_return"),
    path("orders/<slug:token>/pay/<slug:rail>/", views.pay_elsewhere, name="pay_elsewhere"),
    path("orders/<slug:token>/progress/", views.progress, name="progress"),
    path("orders/<slug:token>/withdraw/", views.withdraw, name="withdraw"),
    path("account/", views.account, name="account"),
]
