from django.urls import path

from portal.checkout import views

urlpatterns = [
    path("buy/<slug:code>/", views.quantity, name="quantity"),
    path("buy/<slug:code>/details/", views.details, name="details"),
    path("buy/<slug:code>/preview/", views.preview, name="preview"),
    path("orders/<str:token>/", views.order, name="order"),
    path("orders/<str:token>/pay/", views.pay, name="pay"),
    path("orders/<str:token>/progress/", views.progress, name="progress"),
    path("orders/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("account/", views.account, name="account"),
]
