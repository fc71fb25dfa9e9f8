from django.urls import path

from portal.calculators.factors import views as factors
from portal.calculators.questionnaire import embedding
from portal.calculators.questionnaire import views as questionnaire
from portal.calculators.results import views as results
from portal.calculators.tables import views as tables

urlpatterns = [
    path("embed/calculators/<slug:ref>/", embedding.frame, name="framed_calculator"),
    path("calculators/factors/", factors.factors, name="factors"),
    path("calculators/factors.csv", factors.factors_csv, name="factors_csv"),
    path("calculators/factors-spreadsheet.csv", factors.factors_spreadsheet, name="factors_spreadsheet"),
    path("calculators/batch/", tables.upload, name="batch_upload"),
    path("calculators/batch/<str:address>/", tables.batch, name="batch"),
    path("calculators/batch/<str:address>/result.csv", tables.batch_result, name="batch_result"),
    path("calculators/airports/", questionnaire.airports, name="airports"),
    path("calculators/answers/<slug:ref>/", questionnaire.answers, name="answers"),
    path("calculators/answers/<slug:ref>/total/", questionnaire.live, name="live_total"),
    path("calculators/results/<str:address>/", results.estimate, name="estimate"),
    path("calculators/results/<str:address>/change/", results.change, name="estimate_change"),
    path("calculators/results/<str:address>/keep/", results.keep, name="estimate_keep"),
    path("calculators/results/<str:address>/lines.csv", results.lines, name="estimate_lines"),
    path(
        "calculators/results/<str:address>/lines-spreadsheet.csv", results.lines_spreadsheet, name="lines_spreadsheet"
    ),
    path("calculators/results/<str:address>/inventory.csv", results.inventory, name="estimate_inventory"),
    path(
        "calculators/results/<str:address>/inventory-spreadsheet.csv",
        results.inventory_spreadsheet,
        name="inventory_spreadsheet",
    ),
]
