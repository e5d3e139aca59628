"""Ask an article; get its own words, with its own reference numbers, or an honest "the article does not say".

How it is built. Text is only ever cut out of a document by offsets, never written; everything below follows from that.

    article  --parsing--> Document --passages--> Passage --analysis--> terms --retrieval--> Index
    question --understanding--> Query --candidates, weighing--> Evidence --answering--> Reply --dialogue--> Turn
    Case --running, scoring--> Outcome --metrics--> figures --gates--> Verdict; all of it a Report --> text, JSON, ...

The rooms, each of which may use those below it and never one above (a contract that CI checks, in `pyproject.toml`):

    cli, services, evaluating, examining, console | pytest_plugin    parse, one call, render; cases as tests of pytest
    repl | piped | evals | server | mcp_server     front ends, which do not know each other
    commands, completion                           what the chat needs
    reports: {text,json,junit,markdown,html,trec}_report; summary, annotating    a run in any form
    report, running, controls, gates, baselines    a run as one value
    metrics: ranked, exact_match, selective, intervals; scoring    figures, and one turn judged
    linting, golds, findings                       what is wrong with a question set
    converting, formats: squad, drqa, tables | beir, trec, judged; foreign    question sets, of any format
    cases, matching                                our own form of them; texts as gold is matched
    api | openai_api | page, asking, guarding, monitoring, schemas, serving, shelf    what the server needs
    questionlog, gaps                              what was asked; what the documents do not say though people ask
    rendering, quoting, lookups, transcript, layout, terminal    replies on a page
    checking, findability                          what is understood of an article, and what of it can be found
    bot                                            the library: open an article, ask it
    dialogue, suggestions                          a question in its conversation; what else it could ask
    overview | sources | followups | smalltalk | faq    questions of their own kind; clauses: several in one
    answering, candidates, weighing, evidence, model    which sentences, and how sure
    thesaurus, understanding, spelling | synonyms, english    what a question asks
    retrieval, passages | meaning                  the index: owns the analysis of text, the order of hits, and ties
    rank_bm25 | semantic, reader, wordpiece        back ends: terms or texts in, numbers out; no documents
    analysis | conversation, reply, settings, cache    terms; the values at the seams; what took long to compute
    parsing: headings, citations, blocks, references, sentences, ...    reading; knows nothing of questions
    document, errors                               one unaltered text, and spans in it

The core prints nothing, reads no clock and keeps no state: the same article and the same turns give the same bytes.
"""

import logging

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation, Turn
from chatbot.errors import ArticleError, ChatbotError, QuestionError, ReplyError
from chatbot.reply import Entry, Quote, Reply, ReplyKind

__all__ = [
    "ArticleError",
    "Chatbot",
    "ChatbotError",
    "Conversation",
    "Entry",
    "QuestionError",
    "Quote",
    "Reply",
    "ReplyError",
    "ReplyKind",
    "Turn",
]
__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who uses the library says where its log goes
