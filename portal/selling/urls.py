from django.urls import path

from portal.selling import awaited, columns, sold, statements, stopping, transfers

urlpatterns = [
    path("account/stop/<slug:stop_key>/", stopping.stop_change, name="stop_change"),
    path("account/sold/", sold.sold, name="sold"),
    path("account/sold/<slug:reference>/", sold.sold_order, name="sold_order"),
    path("account/sold/<slug:reference>/dispute/", sold.sold_dispute, name="sold_dispute"),
    path("account/sold/<slug:reference>/release/", sold.sold_release, name="sold_release"),
    path("account/transfers/", transfers.transfers, name="transfers"),
    path("account/transfers/entries/<int:pk>/", transfers.transfer_entry, name="transfer_entry"),
    path("account/transfers/second/<int:pk>/", transfers.second_arrival, name="second_arrival"),
    path("account/transfers/awaited/", awaited.awaited_transfers, name="awaited_transfers"),
    path("account/transfers/awaited/<slug:reference>/", awaited.awaited_transfer, name="awaited_transfer"),
    path("account/banks/<int:pk>/", statements.bank_statements, name="bank_statements"),
    path("account/banks/<int:pk>/columns/", columns.bank_columns, name="bank_columns"),
    path("account/statements/<int:pk>/", statements.bank_statement, name="bank_statement"),
]
