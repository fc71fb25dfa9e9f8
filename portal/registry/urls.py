from django.urls import path

from portal.registry import views

urlpatterns = [
    path("certificates/<str:code>/", views.certificate, name="certificate"),
    path("certificates/<str:code>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:code>/share.png", views.certificate_image, name="certificate_image"),
    path("verify/", views.verify, name="verify"),
    path("history/", views.show_history, name="history"),
    path("history/cancellations.csv", views.history_csv, name="history_csv"),
    path("history/cancellations-spreadsheet.csv", views.history_spreadsheet, name="history_spreadsheet"),
]
