"""Ground taken, lost, held and left."""

from __future__ import annotations

from vedette.reports import vocabulary as words
from vedette.reports.deed import Deed
from vedette.reports.event import CONTROL, MUNITIONS, NOTHING, Event, counted, lemmas, noun_kind
from vedette.reports.grammar import subject_of

__all__ = ["grip", "ground"]


_LOOSE_TAKING = {"take", "free", "win", "claim", "clear", "secure", "gain", "recover", "grab", "bag"}
"""Verbs of taking that are as often about other things."""
_POSTS = {
    "camp",
    "base",
    "outpost",
    "post",
    "position",
    "headquarters",
    "garrison",
    "barracks",
    "airbase",
    "checkpoint",
    "trench",
    "bunker",
}
_POINTING = {"it", "them", "both", "which", "that", "all"}


def grip(deed: Deed) -> Event | None:
    """Control told by its noun: took control of, lost its hold on."""
    lemma, patient, objects, made = deed.lemma, deed.patient, deed.objects, deed.made
    if (
        patient is not None
        and objects & CONTROL
        and lemma in words.LIGHT | set(words.VERBS) | {"assert", "exert", "cement", "consolidate"}
    ):
        noun = patient
        if noun_kind(noun) == "fire_control":
            return made("fire_control", nouns=(noun.i,))
        if lemma in {"lose", "surrender", "cede", "relinquish"}:
            return made("capture", lost_by=True, nouns=(noun.i,))
        if lemma in {
            "take",
            "gain",
            "seize",
            "regain",
            "establish",
            "win",
            "wrest",
            "assume",
            "recapture",
            "retake",
            "secure",
            "restore",
            "reassert",
            "recover",
        }:
            return made("capture", nouns=(noun.i,))
        return made("control", nouns=(noun.i,))
    return None


def ground(deed: Deed) -> Event | None:
    """A verb of taking, losing, holding or leaving, and ground."""
    verb, lemma, agent, patient, passive, group, objects, preps, parts, is_actor, ground, made, by = (
        deed.verb,
        deed.lemma,
        deed.agent,
        deed.patient,
        deed.passive,
        deed.group,
        deed.objects,
        deed.preps,
        deed.parts,
        deed.is_actor,
        deed.ground,
        deed.made,
        deed.by,
    )
    if group == "take":
        if lemma in {"gain"} and objects & {"ground"}:
            return made("advance", partial=True)
        if objects & words.EQUIPMENT or (
            objects & words.PEOPLE and lemma in {"capture", "seize", "take", "free"} and not ground(patient)
        ):
            return by("casualties", patient) if lemma not in {"take", "free"} or objects & {"prisoner"} else NOTHING
        if lemma == "restore":
            return None
        if passive and patient is not None and patient.pos == "PROPN" and lemma not in _LOOSE_TAKING:
            return made("capture")
        if ground(patient) or (lemma not in _LOOSE_TAKING and deed.named_ground(patient)):
            return made("capture")
        if (
            patient is not None
            and patient.lower in _POINTING
            and deed.acts(agent)
            and lemma not in _LOOSE_TAKING - {"take"}
        ):
            return made("capture")
        if objects & {"foothold", "toehold", "bridgehead", "part", "control"}:
            return made("capture")
        if (
            lemma in {"capture", "seize", "recapture", "overrun", "liberate", "retake"}
            and patient is not None
            and not objects & {"attention", "opportunity", "headline", "imagination", "moment", "chance"}
        ):
            return made("capture")
    if group == "lose":
        if objects & (words.PEOPLE | words.EQUIPMENT | words.FORCES):
            return made("casualties")
        if ground(patient):
            return made("capture", lost_by=True)
        if lemma == "surrender" and patient is None and agent is not None:
            if any(c.dep == "nummod" for c in agent.children) or agent.pos == "NUM":
                return by("casualties", agent)
            return made("withdrawal") if is_actor(agent) else None
    if group == "fall":
        fallen = subject_of(verb)
        if (
            fallen is not None
            and lemmas(preps.get("into")) & {"hand"}
            and lemmas(fallen) & (words.EQUIPMENT | {"prisoner"})
        ):
            return Event("casualties", fallen, fallen)
        if fallen is not None and lemmas(fallen) & MUNITIONS:
            return Event("strike", None, fallen)
        if "back" in parts:
            return made("withdrawal")
        if (
            fallen is not None
            and (lemmas(fallen) | counted(fallen)) & words.PEOPLE
            and not preps.keys() & {"to", "into"}
        ):
            return Event("casualties", fallen, fallen)
        if fallen is not None and (
            ground(fallen) or "hand" in {t.lemma for t in preps.values()} or ("to" in preps and is_actor(preps["to"]))
        ):
            taker = preps.get("to")
            return Event("capture", taker, fallen)
    if (
        lemma in {"push", "drive", "force", "throw", "expel", "oust", "evict", "dislodge", "clear"}
        and patient is not None
    ):
        if "out of" in preps or ("from" in preps and (objects & words.FORCES or is_actor(patient))):
            return made("capture")
        if parts & {"back"} and objects & {"flank", "line", "front", "frontline", "position", "border"}:
            return made("advance", partial=True)
        if parts & {"back"}:
            return made("repulse")
        if objects & words.FORCES and ("out" in parts):
            return made("capture")
    if group == "hold" and (
        ground(patient)
        or (lemma in {"control", "hold"} and objects & words.ROUTES)
        or (
            patient is not None
            and lemma in {"control", "hold", "retain", "occupy", "dominate", "defend", "garrison", "possess"}
            and (
                (passive and patient.pos == "PROPN")
                or deed.named_ground(patient)
                or objects & (words.PARTS | {"much", "all", "most"})
                or patient.lower in _POINTING
            )
        )
    ):
        return made("control")
    if group == "withdraw" or (lemma in {"pull", "move"} and parts & {"back", "out"}):
        if lemma in {"evacuate", "flee", "leave", "quit"}:
            who = agent if not passive else patient
            if (
                who is not None
                and ((lemmas(who) & words.FORCES and not lemmas(who) & {"government"}) or is_actor(who))
                and (
                    ground(patient)
                    or lemma == "flee"
                    or "from" in preps
                    or (patient is not None and (patient.pos == "PROPN" or patient.text[:1].isupper()))
                )
            ):
                return by("withdrawal", who)
            if passive and patient is not None and lemma == "evacuate" and lemmas(patient) & _POSTS:
                return by("withdrawal", None)
            if objects & {"civilian", "resident", "people", "child", "population", "family"} or lemma == "flee":
                return made("other")
        elif (
            patient is None
            or objects & words.FORCES
            or ground(patient)
            or is_actor(patient)
            or deed.named_ground(patient)
            or patient.lower in _POINTING
        ):
            return by("withdrawal", agent or patient)
    return None
