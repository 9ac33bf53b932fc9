"""A language model as second reader, which may only point: it picks among the date phrases that the grammar
found and numbered, and copies titles from the text. It never writes a date.

offers.py      the phrases that could be an event's, each with its readings
prompt.py      what is sent: the text in parts, its phrases numbered
joins.py       two phrases that say one date between them
answer.py      what came back, checked against the part that was sent
agreement.py   what the rules and the model say, put together

Whatever a document or a model says, nothing comes of it but this document's own words on the dates of its own
phrases, and nothing that the model alone said is sure.
"""
