from django.urls import path

from portal.calculators import batch_views, embedding, factor_views, views

urlpatterns = [
    path("embed/calculators/<slug:ref>/", embedding.frame, name="framed_calculator"),
    path("calculators/factors/", factor_views.factors, name="factors"),
    path("calculators/factors.csv", factor_views.factors_csv, name="factors_csv"),
    path("calculators/batch/", batch_views.upload, name="batch_upload"),
    path("calculators/batch/<str:address>/", batch_views.batch, name="batch"),
    path("calculators/batch/<str:address>/result.csv", batch_views.batch_result, name="batch_result"),
    path("calculators/airports/", views.airports, name="airports"),
    path("calculators/answers/<slug:ref>/", views.answers, name="answers"),
    path("calculators/answers/<slug:ref>/total/", views.live, name="live_total"),
    path("calculators/results/<str:address>/", views.estimate, name="estimate"),
    path("calculators/results/<str:address>/change/", views.change, name="estimate_change"),
    path("calculators/results/<str:address>/keep/", views.keep, name="estimate_keep"),
    path("calculators/results/<str:address>/lines.csv", views.lines, name="estimate_lines"),
    path("calculators/results/<str:address>/inventory.csv", views.inventory, name="estimate_inventory"),
]
