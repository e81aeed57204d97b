"""The classifier of routing: agency, class and urgency from the words of a message.

It stands beside the queries: numbers do not belong to the domain, which asks through a protocol
(`feedback.domain.routing.Classifier`) and decides by itself. Predicting needs numpy alone; only
`training` knows scikit-learn.
"""
