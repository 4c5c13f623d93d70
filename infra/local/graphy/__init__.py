"""A stand-in for Graphy (formerly Spayee): the learners' side of its public API and its completion webhook.

It knows the calls that this product makes and answers 501 to all others. Graphy publishes neither its error codes nor
its webhook's payload and signature: codes 22 and 19 are those its clients meet, the payload is the one this product
documents, all other codes are this stand-in's own. `/_control/` is for demos and tests; Graphy has nothing like it.
"""
