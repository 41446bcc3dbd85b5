"""The reference pages, made from the code: events, rules, metrics, and the schemas of a call's folder."""
