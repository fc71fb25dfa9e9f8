from django.urls import path

from portal.selling import sold, stopping

urlpatterns = [
    path("account/stop/<slug:stop_key>/", stopping.stop_change, name="stop_change"),
    path("account/sold/", sold.sold, name="sold"),
    path("account/sold/<slug:reference>/", sold.sold_order, name="sold_order"),
    path("account/sold/<slug:reference>/dispute/", sold.sold_dispute, name="sold_dispute"),
]
