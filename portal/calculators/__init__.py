"""How much to cancel: calculators that turn what somebody does into tonnes of CO2 equivalent, with every factor named.

The core (units, formulas, factors, calculator, footprint, routes, kinds) imports nobody: it takes a calculator, which
is data, and answers, and returns lines. Around it stand saved results, pages, an API, a command and batches.
"""
