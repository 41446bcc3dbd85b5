"""Words to search for, so that every database finds the same calls.

What was said is normalised here, to words without accents, separated by spaces, and the databases only look words up:
SQLite in an FTS5 index whose tokenizer only splits at spaces, PostgreSQL in a GIN index of the same words. A phrase is
looked up by its words and then searched in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Function, Integer, Select, Text, cast, column, false, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Dialect

from monitor.base.fold import fold
from monitor.catalogue.schema import LEXEMES, words
from rules.language.tokens import normalise

LONGEST_WORD = 60
"""Characters of a word that count."""
LONGEST_BYTES = 500_000
"""The most text of one call: ten hours of two people talking."""
BREAK = "/"
"""Separates utterances, so that no phrase is found across them."""

_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow one another in a call."""

    words: tuple[str, ...]
    prefix: bool = False
    """Whether the last of them may be only the start of a word."""

    @property
    def text(self) -> str:
        """Its form in a searchable text."""
        return " " + " ".join(self.words) + ("" if self.prefix else " ")

    def fits(self, said: Sequence[str]) -> bool:
        """Whether these words, as many as its own, are its words."""
        *whole, last = self.words
        return list(said[:-1]) == whole and (said[-1].startswith(last) if self.prefix else said[-1] == last)


def searchable(utterances: Iterable[str]) -> str:
    """What was said, in a form to search: normalised words separated by spaces, a bar between utterances."""
    lines = [" ".join(words_of(text)) for text in utterances]
    text = f" {BREAK} ".join(line for line in lines if line)
    if len(text.encode()) > LONGEST_BYTES:
        text = text.encode()[:LONGEST_BYTES].decode(errors="ignore").rpartition(" ")[0]
    return f" {text} " if text else ""


def terms(query: str) -> tuple[Term, ...]:
    """Read a query: all its words must occur, "words in quotes" in that order; wor* matches any word that starts so."""
    found = []
    for quoted, plain in _TERM.findall(query):
        said = quoted or plain
        if known := words_of(said):
            found.append(Term(known, prefix=said.rstrip().endswith("*")))
    return tuple(found)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are looked up: normalised, without accents."""
    return tuple(fold(word)[:LONGEST_WORD] for word in normalise(text))


def calls_with(query: str, dialect: Dialect, site: str, *, has_roles: bool = False) -> Select[tuple[int]]:
    """The keys of the calls in which a query's words were said; none for a query without words.

    Args:
        query: see `terms`.
        dialect: of the database.
        site: whose calls are wanted; empty for all. SQLite, whose file mostly belongs to one site, gives all.
        has_roles: whether the database has roles, so that its own functions must look words up.
    """
    wanted = terms(query)
    if not wanted:
        return select(words.c.call).where(false())
    followed = [words.c.text.contains(one.text, autoescape=True) for one in wanted if len(one.words) > 1]
    if has_roles:
        return select(_said(wanted, site).column_valued("known"))
    if dialect.name == "postgresql":
        looked_for = cast(_tsquery(wanted, site), TSQUERY)
        found = select(words.c.call).where(LEXEMES.op("@@")(looked_for), *followed).cte("said")
        # Looked up first: for a word it does not know, it would rather look at call after call until a page is full.
        return select(found.prefix_with("MATERIALIZED", dialect="postgresql").c.call)
    index = table("words_index", column("rowid", Integer))
    looked_up = select(index.c.rowid).where(literal_column("words_index").op("MATCH")(_fts5_query(wanted)))
    return select(words.c.call).where(words.c.call.in_(looked_up), *followed) if followed else looked_up


def number_up_to(most: int, query: str, site: str) -> Select[int]:
    """How many calls `calls_with` finds in a database with roles, counted no further than `most`."""
    # As a column, the function is asked for one call after the other; as a table, it finds all of them first.
    found = select(_said(terms(query), site)).limit(most).subquery()
    return select(func.count()).select_from(found)


def _said(wanted: tuple[Term, ...], site: str) -> Function[Any]:
    """The database's own function, as it finds calls."""
    looked_for = cast(_tsquery(wanted, site), TSQUERY)
    phrases = [one.text for one in wanted if len(one.words) > 1]
    return (
        func.said(looked_for, cast(phrases, ARRAY(Text)), type_=Integer)
        if phrases
        else func.said(looked_for, type_=Integer)
    )


def _fts5_query(wanted: tuple[Term, ...]) -> str:
    return " AND ".join(f'"{word}"{" *" if prefix else ""}' for word, prefix in _looked_up(wanted))


def _tsquery(wanted: tuple[Term, ...], site: str) -> str:
    quoted = [(word.replace("'", "''"), prefix) for word, prefix in _looked_up(wanted)]
    of_site = f"'{BREAK}{site}' & " if site else ""
    return of_site + " & ".join(f"'{word}'{':*' if prefix else ''}" for word, prefix in quoted)


def _looked_up(wanted: tuple[Term, ...]) -> list[tuple[str, bool]]:
    """Each word once, and whether it may be only the start of a word."""
    return sorted(
        {(word, one.prefix and place == len(one.words)) for one in wanted for place, word in enumerate(one.words, 1)}
    )
