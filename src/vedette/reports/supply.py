"""Sieges, roads, troops brought up, help from outside."""

from __future__ import annotations

from vedette.reports import vocabulary as words
from vedette.reports.deed import Deed
from vedette.reports.event import NOTHING, Event, event_nouns, lemmas
from vedette.reports.grammar import subject_of

__all__ = ["supply"]

_HOLDS_OUT = {"cut", "sever", "block", "close", "interdict", "disrupt"}
_HELP = words.EQUIPMENT | {"aid", "assistance", "support", "help", "mercenary", "fighter", "arm", "arms", "weaponry", "package", "adviser", "advisor", "instructor", "money", "fund", "billion", "million", "shell", "backing", "volunteer", "intelligence", "terrorist", "militant"}  # fmt: skip
_OWN = {"reinforcement", "troop", "reserve", "soldier", "unit", "brigade", "force", "convoy", "armor", "armour", "battalion", "division", "reservist"}  # fmt: skip


def supply(deed: Deed) -> Event | None:
    """Who is cut off, what is open, who is sent and who helps."""
    verb, lemma, agent, patient, passive, group, objects, doers, preps, parts, is_place, is_actor, ground, made, by = (
        deed.verb,
        deed.lemma,
        deed.agent,
        deed.patient,
        deed.passive,
        deed.group,
        deed.objects,
        deed.doers,
        deed.preps,
        deed.parts,
        deed.is_place,
        deed.is_actor,
        deed.ground,
        deed.made,
        deed.by,
    )
    if group == "encircle" and patient is not None:
        if lemma == "trap" and objects & {"people", "civilian", "resident", "family"}:
            return made("other")
        if lemma == "surround" and passive and agent is not None and not is_actor(agent) and not doers & words.FORCES:
            return NOTHING
        if (
            agent is not None
            and not passive
            and not (is_actor(agent) or doers & (words.FORCES | words.ATTACK_NOUNS) or agent.pos in {"PRON", "PROPN"})
        ):
            return NOTHING
        return made("encirclement")
    if patient is not None and patient.dep == "pobj" and patient.head.lower in {"to", "from", "into", "of", "through"}:
        objects = objects | {patient.head.head.lemma}  # "the road to X, which"
    if group == "cut" and patient is not None:
        if objects & words.ROUTES:
            return made("route_cut")
        if lemma == "block" and objects & {"city", "town", "village", "enclave", "garrison"}:
            return made("encirclement")
        if lemma == "cut" and "off" in parts and (ground(patient) or objects & words.FORCES):
            return made("encirclement")
        if lemma in _HOLDS_OUT and objects & {"border", "airspace", "port", "gate"}:
            return made("route_cut")
    if group == "open" and (objects & words.ROUTES or (patient is None and lemmas(subject_of(verb)) & words.ROUTES)):
        return made("route_open")
    if (
        lemma in {"redeploy", "reposition", "regroup"}
        and (not passive or "from" in preps)
        and (patient is None or objects & words.FORCES)
        and (
            lemma == "regroup"
            or (lemma == "redeploy" and patient is None)
            or {"outside", "from", "out of", "away"} & (set(preps) | parts)
        )
    ):
        return made("withdrawal")
    if lemma == "arrive" and (doers & (words.FORCES | _OWN) or objects & _OWN):
        return made("reinforcement")
    if (
        lemma in {"consolidate", "entrench", "dig"}
        and "in" in set(preps) | parts
        and (is_actor(agent or verb) or doers & words.FORCES)
    ):
        return made("control", partial=True)
    if lemma == "station" and passive:
        return by("control", patient)
    if group == "reinforce" and (
        lemma == "reinforce"
        or objects & (words.FORCES | words.EQUIPMENT | _OWN)
        or (passive and lemmas(patient) & words.FORCES)
    ):
        return made("reinforcement")
    if lemma == "contest" and passive and (ground(patient) or is_place(patient or verb)):
        return by("control", None, partial=True)
    if group == "take" and lemma == "free" and objects & (words.PEOPLE | {"inmate", "hostage", "detainee"}):
        return made("other")
    if group == "support" and lemma in {
        "send",
        "deliver",
        "provide",
        "supply",
        "receive",
        "recruit",
        "finance",
        "fund",
        "arm",
        "equip",
        "ship",
        "train",
        "give",
    }:
        if lemma == "send" and any(c.dep in {"xcomp", "ccomp"} and c.tag == "VBG" for c in verb.children):
            return NOTHING  # "sending troops fleeing"
        if objects & (_OWN - {"force"}) and lemma in {"send", "deliver"} and not objects & _HELP:
            return made("reinforcement", nouns=event_nouns(patient))
        if objects & _HELP or (
            lemma in {"arm", "equip", "train", "recruit"}
            and (objects & words.FORCES or (patient is not None and is_actor(patient)))
        ):
            return made("support", nouns=event_nouns(patient))
    if (
        group == "support"
        and lemma in {"back", "support", "aid", "assist", "help", "bolster"}
        and (
            patient is not None
            and (objects & (words.FORCES | words.ATTACK_NOUNS | {"war", "effort"}) or is_actor(patient))
        )
    ):
        return made("support")
    return None
