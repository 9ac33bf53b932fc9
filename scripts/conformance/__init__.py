"""How the date grammar does on the public suites of others: `make conformance`.

    git clone --depth 1 https://github.com/microsoft/Recognizers-Text
    git clone --depth 1 https://github.com/wanasit/chrono
    git clone --depth 1 https://github.com/dongrixinyu/JioNLP
    make conformance RECOGNIZERS=Recognizers-Text CHRONO=chrono JIONLP=JioNLP ARGS=--errors

Each is optional. A clone is read at its HEAD, so one without a work tree will do; nothing of it is
kept in the project. Beside the grammar stand chrono (chrono-node from npm, into build/conformance)
and dateparser, on the same cases. Some ten seconds.

cases.py        what a case is, which count, the verdict on what was read
recognizers.py, chrono.py (record.mjs), jionlp.py   the cases of each suite, and what it leaves out
readers.py      what Horizon, chrono (read.mjs) and dateparser read
chrono_node.py  chrono as installed, and the node that runs it
"""
