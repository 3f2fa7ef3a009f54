"""From a claim in the making to a statement: places, day, degree, certainty, number, actor."""

from __future__ import annotations

import re

from vedette.reports.dates import When
from vedette.reports.found import Found, Reading, path_up, phrase_of
from vedette.reports.grammar import is_clause, noun_tokens
from vedette.reports.locations import Spot
from vedette.reports.measures import certainty_of, is_partial, quantity_of
from vedette.reports.statement import Mention, Statement
from vedette.reports.tree import Run, Word
from vedette.reports.world import OUTLET, THIRD, UNSPECIFIED

__all__ = ["statement_of"]


def statement_of(
    reading: Reading, f: Found, spots: list[Spot], whens: list[When], sentence: Run, offset: int, text: str
) -> Statement | None:
    """The statement that a claim in the making becomes; None if nothing of it stands in the text."""
    doc = f.token.tree
    start, end = doc[f.first].idx, doc[f.last].idx + len(doc[f.last])
    span = text[offset + start : offset + end]
    if not span.strip():
        return None
    words_of_span = doc.run(f.first, f.last).text
    event = f.event
    mentions: list[Mention] = []
    if f.copied is not None:
        mentions = list(f.copied.places)
    else:
        inside = set(range(f.first, f.last + 1))
        if (
            event.patient is not None
            and event.patient.i not in inside
            and sentence.start <= event.patient.i < sentence.end
        ):
            inside |= {t.i for t in noun_tokens(event.patient)}
        if is_clause(f.token):
            for c in f.token.children:
                if c.dep in {"nsubj", "nsubjpass"} and c.i < f.first:
                    inside |= {t.i for t in noun_tokens(c)}
                if c.dep == "prep" and c.i < f.first:
                    inside |= {
                        t.i for t in c.subtree if not any(a.dep in {"relcl", "acl", "pcomp"} for a in path_up(t, c))
                    }
            inside |= _leading(f.token, f.first)
        for s in spots:
            if s.head in inside and not any(
                m.name == s.mention.name and m.relation == s.mention.relation for m in mentions
            ):
                mentions.append(s.mention)
    if not mentions and f.copied is None and (named := _unknown_ground(reading, f)) is not None:
        mentions.append(named)
    when = _when(whens, start, end, sentence)
    number, modifier, unit = quantity_of(words_of_span)
    hedge = certainty_of(words_of_span)
    if f.token.dep == "ccomp" and f.token.head.lemma in {"seem", "appear"}:
        hedge = "likely"
    certainty = event.certainty if event.certainty != "asserted" else (f.hedge or hedge)
    if f.copied is not None:
        certainty = "asserted"
    polarity = "denied" if event.denied != f.denied else "asserted"
    partial = event.kind == "advance" or event.partial or (f.copied.degree == "partial" if f.copied else False)
    if not partial and event.kind in {"capture", "control", "withdrawal", "repulse", "assault"}:
        partial = is_partial(_measured(f)) and event.kind != "assault"
    elif not partial and event.kind in {"encirclement", "ceasefire", "route_cut", "route_open"}:
        partial = bool(
            re.search(
                r"(?i)\b(?:almost|nearly|largely|mostly|partially|partly|all but|virtually|barely|practically|"
                r"(?:to|for) civilians)\b",
                words_of_span,
            )
        )
    elif not partial and event.kind in {"forecast", "intent", "strike"}:
        partial = bool(
            re.search(
                r"(?i)\b(?:parts? of|part of|outskirts|almost|marginal|partial|limited|at least part)\b", words_of_span
            )
        )
    actor, actor_side = _actor(reading, f)
    source = f.source
    return Statement(
        span=span,
        start=offset + start,
        end=offset + end,
        claimant=source.name,
        claimant_side=source.side,
        kind=event.kind,
        actor=actor,
        actor_side=actor_side,
        places=tuple(mentions),
        polarity=polarity,
        degree="partial" if partial else "full",
        certainty=certainty,
        time=when.text if when else "",
        about_from=when.first.isoformat() if when and when.first else "",
        about_to=when.last.isoformat() if when and when.last else "",
        quantity=number,
        quantity_mod=modifier,
        unit=unit,
        condition=f.condition,
        relayed_by=source.middleman,
    )


def _unknown_ground(reading: Reading, f: Found) -> Mention | None:
    """A name that only the deed makes a place: what was taken, held, left, attacked."""
    patient = f.event.patient
    if (
        patient is None
        or f.event.kind not in {"capture", "control", "withdrawal", "assault", "encirclement", "strike"}
        or patient.pos != "PROPN"
        or not patient.text[:1].isupper()
        or patient.text.isupper()
        or reading.camps.of(phrase_of(patient)) is not None
        or f.event.actor is patient
    ):
        return None
    name = [t for t in noun_tokens(patient) if t.pos == "PROPN" and t.i <= patient.i]
    return Mention(f.token.tree.run(name[0].i, patient.i).text) if name else None


def _leading(token: Word, first: int) -> set[int]:
    """The words of "In X, ..." at the head of the sentence, where the parser hung it on the verb of saying."""
    found: set[int] = set()
    node = token
    for _ in range(4):
        if node.head.i == node.i:
            break
        node = node.head
        for c in node.children:
            if (
                c.dep == "prep"
                and c.left_edge.opens_sentence
                and c.lower in {"in", "at", "near", "around"}
                and c.i < first
            ):
                found |= {t.i for t in c.subtree if not any(a.dep in {"relcl", "acl", "pcomp"} for a in path_up(t, c))}
    return found


def _measured(f: Found) -> str:
    """The words that say how much: adverbs of the verb, and the noun it is done to with its modifiers and "of"."""
    kept = {t.i for t in f.token.children if t.dep in {"advmod", "amod", "det", "nummod"}}
    kept.add(f.token.i)
    if f.token.i > 1 and f.token.tree.run(f.token.i - 2, f.token.i - 1).text.lower() == "all but":
        kept |= {f.token.i - 2, f.token.i - 1}
    nouns = [f.event.patient] if f.event.patient is not None else []
    nouns += [c for c in f.token.children if c.dep in {"nsubjpass", "dobj", "attr"}]
    if f.event.kind == "control":
        nouns += [c for c in f.token.children if c.dep == "nsubj"]
    for noun in nouns:
        for t in noun_tokens(noun):
            if all(a.dep != "prep" or a.lower == "of" for a in path_up(t, noun)):
                kept.add(t.i)
    if not is_clause(f.token):
        kept |= {t.i for t in noun_tokens(f.token)}
    return " ".join(f.token.tree[i].text for i in sorted(kept))


def _when(whens: list[When], start: int, end: int, sentence: Run) -> When | None:
    inside = [w for w in whens if start <= w.start < end]
    if inside:
        return next((w for w in inside if w.first), inside[0])
    near = [w for w in whens if sentence.start_char <= w.start < sentence.end_char and w.first]
    return min(near, key=lambda w: abs(w.start - start)) if near else None


def _actor(reading: Reading, f: Found) -> tuple[str, str]:
    event, source, camps = f.event, f.source, reading.camps
    if f.copied is not None:
        return f.copied.actor, f.copied.actor_side
    actor = event.actor
    if actor is None:
        return "", ""
    phrase = phrase_of(actor)
    side = camps.of(phrase) or ""
    if actor.pos == "PRON" and source.name not in {OUTLET, UNSPECIFIED} and actor.lower in {"it", "we", "they", "he"}:
        phrase, side = source.name, source.side
    if actor.pos == "NOUN" and not side and any(c.lower in {"its", "our", "their"} for c in actor.children):
        side = source.side
    if side == THIRD and not camps.names:
        side = ""
    if event.lost_by:
        others = [c for c in camps.names if c != side]
        return (others[0], others[0]) if side and len(camps.names) == 2 else ("", "")
    return phrase, side
