"""How much to cancel: calculators that turn what somebody does into tonnes of CO2 equivalent, with every factor named.

`engine` takes a calculator, which is data, and answers, and returns lines; it knows nobody. `kinds` are the calculators
that come with the portal, `editing` is how editors compose others. Around them stand saved results, pages, an API,
commands and tables of many rows.
"""
