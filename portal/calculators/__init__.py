"""How much to cancel: calculators that turn what somebody does into tonnes of CO2 equivalent, with every factor named.

`engine` takes a calculator, which is data, and answers, and returns lines; it knows nobody. `kinds` are the calculators
that come with the portal, `editing` is how editors compose others, `factors` what all of them multiply with. People
meet them in the `questionnaire`, `results` keep what came of it, `tables` are for many rows, the `api` for machines.
"""
