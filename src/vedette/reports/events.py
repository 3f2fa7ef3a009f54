"""What a clause claims: the rules in their order, and what auxiliaries and verbs of trying, failing and planning make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vedette.reports import vocabulary as words
from vedette.reports.deed import Deed, deed_of
from vedette.reports.event import (
    MUNITIONS,
    NOTHING,
    Event,
    counted,
    event_nouns,
    lemmas,
    negated,
    noun_kind,
    owner,
    phrases_behind,
)
from vedette.reports.fighting import combat, reply
from vedette.reports.grammar import conjuncts, is_clause, is_infinitive, subject_of
from vedette.reports.holding import grip, ground
from vedette.reports.idioms import Clause, idiom_of
from vedette.reports.states import borne, state, truce
from vedette.reports.supply import supply
from vedette.reports.tree import Word

__all__ = ["event_of"]

_FUTURE = {"will", "'ll", "’ll", "would", "shall", "wo", "going"}
_MAY = {"could", "may", "might", "can"}
_TRIES = {"attempt", "try", "bid", "effort"}
_UNDERTAKES = (words.LIGHT | words.BEGIN | {"abandon", "undertake", "renew", "repeat"}) - {
    "stop",
    "break",
    "end",
    "stem",
    "halt",
}
_VAIN = {"unsuccessful", "failed", "futile", "vain", "abortive", "fruitless", "unsuccessfully", "thwarted"}
_RULES = (truce, grip, reply, ground, combat, supply, state, borne)
"""From what is told by a noun whatever the verb, over verbs with their objects, to verbs that say little."""


def event_of(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Event | None:
    """The claim that a clause makes about the war, or None. Reporting verbs are the caller's business."""
    event = _through(verb, is_place, is_actor, 0)
    if event is None:
        return None
    aux = _auxiliaries(verb)
    perfect = bool(aux & {"have"}) and bool(aux & (_MAY | _FUTURE))
    over = verb.head
    helpless = verb.dep == "xcomp" and over.lemma in {"unable", "incapable"} and over.head.lemma != "be"
    if negated(verb) or helpless:
        event = replace(event, denied=not event.denied)
    if aux & (_FUTURE | {"could", "may", "might"}) and event.kind not in {"intent"}:
        if perfect or event.kind == "forecast":
            event = replace(
                event, certainty="possible" if event.certainty == "asserted" and aux & _MAY else event.certainty
            )
        elif ("can" not in aux and "could" not in aux) or not negated(verb):
            event = replace(event, kind="forecast", certainty="possible" if aux & _MAY else event.certainty)
    return event


def _auxiliaries(verb: Word) -> set[str]:
    """Its auxiliaries, or those it shares: "will attack the town and *seize* the bridge"."""
    own = {c.lower for c in verb.children if c.dep == "aux"}
    shares = (
        not own
        and verb.dep == "conj"
        and verb.tag in {"VB", "VBN"}
        and is_clause(verb.head)
        and not any(c.dep in {"nsubj", "nsubjpass", "auxpass"} for c in verb.children)
    )
    return _auxiliaries(verb.head) & (_FUTURE | _MAY) if shares else own


def _through(
    verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool], depth: int
) -> Event | None:
    """Follow "managed to", "tried to", "was forced to", "is unable to" down to the verb that matters."""
    lemma = verb.lemma
    purpose = subject_of(verb) if lemma == "be" else None
    if (
        purpose is not None
        and purpose.lemma in words.INTENT_NOUNS | {"purpose", "importance", "priority", "mission"}
        and any(c.dep in {"xcomp", "ccomp", "attr"} for c in verb.children)
    ):
        return Event("intent", owner(purpose))
    takes = (
        {"xcomp", "ccomp"}
        if lemma in {"force", "allow", "enable", "let", "help", "want", "cause", "make", "leave"}
        else {"xcomp"}
    )
    inner = next((c for c in verb.children if c.dep in takes and c.i > verb.i and is_clause(c)), None)
    adjective = next((c for c in verb.children if c.dep in {"acomp", "oprd"} and c.pos in {"ADJ", "VERB"}), None)
    if inner is None and adjective is not None:
        inner = next((c for c in adjective.children if c.dep in {"xcomp", "ccomp", "prep"}), None)
        if inner is not None and inner.dep == "prep":
            inner = next((c for c in inner.children if c.dep == "pcomp"), None)
    if inner is None and lemma in {"use", "deploy", "employ"}:
        inner = next((c for c in verb.children if c.dep == "advcl" and is_infinitive(c)), None)
    if inner is None and lemma in words.BEGIN | words.PREVENT | words.INTENT | {
        "succeed",
        "aim",
        "resort",
        "focus",
        "concentrate",
    }:
        for c in verb.children:
            if c.dep == "prep" and c.lower in {"of", "in", "from", "on", "to", "at", "for"}:
                inner = next((g for g in c.children if g.dep == "pcomp"), None) or inner
    tried = next((c for c in verb.children if c.dep in {"dobj", "attr", "nsubjpass"} and c.lemma in _TRIES), None)
    if tried is not None and depth < 5 and lemma in _UNDERTAKES:
        aim = next((c for c in tried.children if c.dep in {"acl", "relcl"} and is_infinitive(c)), None)
        aimed = _through(aim, is_place, is_actor, depth + 1) if aim is not None else None
        if aimed is not None and aimed.kind not in {"intent", "forecast", "other"}:
            nouns = (*aimed.nouns, tried.i, *((aim.i,) if aim is not None else ()))
            vain = any(c.lower in _VAIN for c in tried.children)
            if vain or lemma in {"fail", "abandon"}:
                return replace(aimed, denied=not aimed.denied, actor=aimed.actor or subject_of(verb), nouns=nouns)
            return replace(aimed, kind="assault", partial=False, actor=subject_of(verb), nouns=nouns)
    if inner is not None and depth < 5 and is_clause(inner):
        flag = (
            adjective.lemma
            if adjective is not None and lemma in {"be", "become", "remain", "seem", "appear", "look"}
            else lemma
        )
        deep = _through(inner, is_place, is_actor, depth + 1)
        if (
            flag in {"prevent", "keep", "block", "deter", "bar", "refrain"}
            and depth == 0
            and inner.dep == "pcomp"
            and inner.head.lower == "from"
        ):
            held_up = next((c for c in verb.children if c.dep in {"dobj", "nsubjpass"}), None)
            if lemmas(held_up) & {"reinforcement", "convoy", "aid", "supply", "truck", "delivery", "food"}:
                return Event("route_cut", subject_of(verb), held_up)
            return replace(deep, denied=not deep.denied) if deep else None
        if flag in {"unable", "fail", "refuse", "incapable"} or (flag in {"stop", "cease", "halt"}):
            if flag in {"stop", "cease"} and inner.lemma in {"fight", "clash"}:
                return Event("ceasefire", subject_of(verb))
            return replace(deep, denied=not deep.denied) if deep else None
        if flag in {
            "likely",
            "expected",
            "expect",
            "poised",
            "due",
            "certain",
            "sure",
            "bound",
            "set",
            "risk",
            "project",
        } and (deep or is_actor(subject_of(verb) or verb)):
            return Event(
                "forecast",
                subject_of(verb),
                certainty="likely" if flag in {"likely", "expected", "expect"} else "asserted",
            )
        if flag == "unlikely":
            return Event("forecast", subject_of(verb), certainty="unlikely")
        if flag == "hesitate" and negated(verb):
            return Event("intent", subject_of(verb), denied=True)
        if flag in {
            "intent",
            "ready",
            "determined",
            "prepared",
            "willing",
            "keen",
            "desperate",
            "eager",
            "reluctant",
            "content",
        }:
            return Event("intent", subject_of(verb))
        if flag in {"stop", "rest", "cease"} and negated(verb) and verb.dep == "ROOT":
            return Event("intent", subject_of(verb), denied=True)
        if flag in {"aim", "focus", "concentrate"}:
            return Event("intent", subject_of(verb))
        if flag in words.ATTEMPT and flag != "seek":
            if deep and deep.kind in {
                "capture",
                "advance",
                "assault",
                "encirclement",
                "strike",
                "route_cut",
            }:
                return replace(deep, kind="assault")
            return Event("intent", subject_of(verb)) if deep else None
        if flag in words.INTENT and (deep or is_actor(subject_of(verb) or verb)):
            return Event("intent", subject_of(verb), denied=False)
        if flag in {"seem", "appear", "believe", "think"}:
            return replace(deep, certainty="likely") if deep else None
        if deep is not None and (
            flag
            in words.BEGIN
            | {
                "able",
                "force",
                "allow",
                "enable",
                "let",
                "compel",
                "have",
                "need",
                "be",
                "capable",
                "report",
                "say",
                "cause",
                "oblige",
                "struggle",
                "manage",
                "make",
                "leave",
                "use",
                "employ",
            }
        ):
            if flag in {"allow", "enable", "let"} and deep.certainty == "asserted":
                return replace(deep, certainty="possible")
            return replace(deep, actor=deep.actor or subject_of(verb))
        if deep is not None and flag in {"agree"}:
            return deep
    return _direct(verb, is_place, is_actor)


def _direct(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Event | None:
    """What a clause claims by its own verb: by the general rules, or by a turn of phrase where they have no word for it."""
    deed = deed_of(verb, is_place, is_actor)
    turn = _turned(deed, first=True)
    if turn is not None:
        return turn
    general = _general(deed)
    if general is not None and general.kind != "other":
        return general
    return _turned(deed, first=False) or general


def _general(deed: Deed) -> Event | None:
    for rule in _RULES:
        event = rule(deed)
        if event is not None:
            return None if event is NOTHING else event
    return None


def _turned(deed: Deed, *, first: bool) -> Event | None:
    """By a turn of phrase of the table."""
    verb, agent, patient, preps = deed.verb, deed.agent, deed.patient, deed.preps
    if patient is not None:
        preps = {**phrases_behind(patient), **preps}
    elif not deed.passive:  # "choked off the road", where the particle was taken for a preposition
        patient = next(
            (
                preps[p]
                for p in ("off", "down", "up", *(("in",) if verb.lemma in {"hem", "box", "pen", "fence"} else ()))
                if p in preps and any(c.lower == p and c.i == verb.i + 1 for c in verb.children)
            ),
            None,
        )
    states = {c.lower for c in verb.children if c.dep in {"acomp", "oprd"}}

    def classed(noun: Word | None) -> frozenset[str]:
        if noun is None:
            return frozenset()
        named = lemmas(noun) | counted(noun)
        if noun.lemma == "force" and any(c.lemma == "air" for c in noun.children):
            named = named | {"aviation"}
        if noun_kind(noun) == "fire_control":
            named = named - {"control"} | {"fire-control"}
        classes = {name for name, nouns in _CLASSES.items() if named & nouns}
        if noun.pos == "PRON":
            classes.add("PRON")
        if any(deed.is_actor(t) for t in conjuncts(noun)) or (
            (noun is agent or (deed.passive and noun is patient)) and deed.acts(noun)
        ):
            classes.add("ACTOR")
        if deed.ground(noun) or deed.named_ground(noun):
            classes.add("GROUND")
        return frozenset(named | classes)

    def clause() -> Clause:
        after = {prep: classed(noun) for prep, noun in preps.items()}
        return Clause(verb.lemma, deed.passive, frozenset(deed.parts | states), classed(agent), classed(patient), after)

    turn = idiom_of(clause, verb.lemma, first=first)
    if turn is None:
        return None
    actor = {"doer": agent, "thing": patient}.get(turn.actor)
    told = event_nouns(patient) + (event_nouns(agent) if turn.actor == "none" else ())
    if turn.kind == "repulse":
        told += tuple(t.i for thing in (patient, agent) if thing is not None for t in thing.subtree if noun_kind(t))
    for noun in preps.values():
        told += event_nouns(noun)
    return Event(turn.kind, actor, patient or agent, denied=turn.denied, partial=turn.partial, nouns=told)


_CLASSES = {
    "FORCES": words.FORCES,
    "PEOPLE": words.PEOPLE,
    "EQUIPMENT": words.EQUIPMENT,
    "ATTACK": words.ATTACK_NOUNS,
    "ROUTE": words.ROUTES,
    "GROUND": words.GROUND,
    "MUNITION": MUNITIONS,
}
