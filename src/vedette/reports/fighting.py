"""Attacks and what becomes of them, fire from a distance, losses."""

from __future__ import annotations

from vedette.reports import vocabulary as words
from vedette.reports.deed import Deed
from vedette.reports.event import MUNITIONS, NOTHING, Event, event_nouns, lemmas, noun_kind
from vedette.reports.grammar import conjuncts, subject_of

__all__ = ["combat", "reply"]

_BACK = {"back", "off", "out"}
_TOWARD = {"toward", "towards", "into", "through", "forward", "deeper", "ahead", "further", "farther", "closer", "past", "beyond", "across", "onto", "along", "west", "east", "north", "south", "westward", "eastward", "northward", "southward", "in", "to", "up", "within", "on"}  # fmt: skip
_NEARNESS = {"edge", "outskirt", "outskirts", "suburb", "km", "kilometre", "kilometer", "mile", "gate", "border", "entrance", "centre", "center", "metre", "meter"}  # fmt: skip
_ANSWERS = {"answer", "respond", "retaliate", "reply", "react"}
_HARMED = {"dead", "martyred", "wounded", "injured", "killed", "missing", "hurt"}
_INTO = {"in", "into", "inside", "through", "past", "across", "onto", "within", "toward", "towards", "behind"}


def reply(deed: Deed) -> Event | None:
    """Answered with shelling, left three dead: told by more than the verb."""
    verb, lemma, patient, objects, preps, made = (
        deed.verb,
        deed.lemma,
        deed.patient,
        deed.objects,
        deed.preps,
        deed.made,
    )
    if lemma in _ANSWERS and "with" in preps:
        told = next((k for t in conjuncts(preps["with"]) if (k := noun_kind(t)) in {"strike", "assault"}), None)
        if told:
            return made(told, nouns=event_nouns(preps["with"]))
    if lemma in {"leave", "make"} and patient is not None and objects & words.PEOPLE:
        state = next((c for c in (*patient.children, *verb.children) if c.i > patient.i and c.lower in _HARMED), None)
        if state is not None:
            return Event("casualties", patient, patient)
    return None


def combat(deed: Deed) -> Event | None:
    """Assaults, repulses, advances, strikes, casualties."""
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
    if group == "assault" and (
        patient is None
        or ground(patient)
        or objects & (words.FORCES | words.PEOPLE | words.EQUIPMENT | {"reinforcement", "remnant", "gathering"})
        or is_actor(patient)
        or is_place(patient)
        or patient.pos in {"PROPN", "PRON"}
    ):
        if lemmas(agent) & MUNITIONS or ("with" in preps and lemmas(preps["with"]) & MUNITIONS):
            return made("strike")
        return made("assault")
    if group == "repulse" and patient is not None:
        attacked = [t for t in conjuncts(patient) if t.lemma in words.ATTACK_NOUNS]
        if attacked or objects & words.FORCES or is_actor(patient):
            if lemma == "resist":
                return Event("assault", None, patient, nouns=tuple(t.i for t in attacked))
            if lemma == "beat" and not parts & _BACK:
                return NOTHING
            if (
                not passive
                and lemma in {"halt", "stall", "stop"}
                and any(c.dep == "poss" and c.lower in {"its", "their", "his"} for t in attacked for c in t.children)
            ):
                return made("assault", denied=True, nouns=tuple(t.i for t in attacked))
            return made("repulse", nouns=tuple(t.i for t in attacked))
        if passive and lemma in {"defeat", "repel", "repulse"}:
            return made("repulse")
    if lemma in {"repel", "repulse", "rebuff"} and patient is None and is_actor(agent or verb):
        return made("repulse")
    if (
        lemma in {"stop", "hold", "drive", "push", "fight", "throw", "turn", "force"}
        and patient is not None
        and (parts & _BACK or lemma == "stop")
    ):
        attacked = [t for t in conjuncts(patient) if t.lemma in words.ATTACK_NOUNS]
        if (
            not passive
            and lemma == "stop"
            and any(c.dep == "poss" and c.lower in {"its", "their", "his"} for t in attacked for c in t.children)
        ):
            return made("assault", denied=True, nouns=tuple(t.i for t in attacked))
        if attacked or objects & words.FORCES or (passive and patient.lower in {"they", "it"}):
            return made("repulse", nouns=tuple(t.i for t in attacked))
    if group == "advance" or lemma == "breakthrough":
        moving = (
            agent is None
            or is_actor(agent)
            or doers & words.FORCES
            or agent.pos == "PRON"
            or doers & words.ATTACK_NOUNS
        )
        if lemma in {"advance", "progress", "penetrate", "encroach", "inch"} and moving and not passive:
            return made("advance", partial=True)
        if lemma in {"reach", "enter"} and doers & {"supply", "aid", "convoy", "food", "delivery", "truck", "relief"}:
            return made("route_open")
        if (
            lemma == "reach"
            and patient is not None
            and (objects & words.ROUTES or any(is_place(x) for x in patient.subtree))
        ):
            return made("advance", partial=True)
        if (
            lemma
            in {"slip", "march", "roll", "pour", "sweep", "sneak", "infiltrate", "thrust", "drive", "punch", "surge"}
            and moving
            and not passive
            and (parts & _INTO or (lemma == "infiltrate" and patient is not None) or {"on", "to"} & set(preps))
        ):
            return made("advance", partial=True)
        if lemma in {"bypass", "outflank"} and patient is not None and moving:
            return made("advance", partial=True)
        if lemma == "link" and "up" in parts and moving:
            return made("advance", partial=True)
        if lemma in {"reach", "enter", "approach", "near", "breach", "cross"} and (
            ground(patient) or lemma in {"breach"} or (lemma == "enter" and patient is None and moving)
        ):
            return made("advance", partial=True)
        if (
            lemma in {"push", "move", "press", "drive", "break"}
            and moving
            and not passive
            and parts & (_TOWARD - {"in", "on", "to", "up"} | ({"in", "into"} if lemma in {"push"} else {"into"}))
        ):
            return made("advance", partial=True)
        if (
            lemma in {"move", "push", "press", "come", "get", "draw"}
            and moving
            and not passive
            and preps.keys() & {"to", "within", "up"}
        ):
            aim = preps.get("to") or preps.get("within") or preps.get("up")
            if aim is not None and (
                aim.lemma in _NEARNESS or "close" in parts or "closer" in parts or ("up" in parts and ground(patient))
            ):
                return made("advance", partial=True, nouns=event_nouns(aim))
        if lemma == "close" and "on" in parts and "in" in parts:
            return made("advance", partial=True)
        if lemma == "push" and moving and not passive and patient is None and parts & _TOWARD:
            return made("advance", partial=True)
    if group == "strike":
        fires = patient is not None and objects & MUNITIONS
        if lemma in {"fire", "launch", "rain", "blast"} and fires:
            return made("strike", nouns=tuple(t.i for t in conjuncts(patient)))  # type: ignore[arg-type]
        if lemma == "rain" or (lemma == "fire" and {"at", "on", "into"} & set(preps)):
            return made("strike")
        if lemma in {"shell", "bomb", "bombard", "pound", "pummel", "strafe", "barrage"}:
            return made("strike")
        if (
            lemma in {"strike", "hit", "target", "blast"}
            and patient is not None
            and not objects
            & {
                "deal",
                "agreement",
                "bargain",
                "accord",
                "pact",
                "compromise",
                "understanding",
                "chord",
                "note",
                "target" if lemma == "hit" and not deed.acts(agent) else "deal",
                "tone",
                "balance",
                "record",
            }
        ):
            return made("strike")
        if lemma in {"blow", "raze"}:
            return made("other")
    if group == "harm":
        if lemma == "die":
            return Event("casualties", subject_of(verb), subject_of(verb))
        if (lemma in {"shoot", "knock", "take"} and not parts & {"down", "out"} and not objects & words.PEOPLE) or (
            lemma == "down" and not objects & words.EQUIPMENT
        ):
            pass
        elif lemma in {"destroy", "disable", "sink", "obliterate", "intercept", "knock", "bury", "detain"}:
            if objects & (words.EQUIPMENT | words.FORCES | words.PEOPLE | MUNITIONS):
                return by("casualties", patient)
            if ground(patient) or objects:
                return made("strike" if agent is not None and doers & MUNITIONS else "other")
        elif patient is not None or passive:
            return by("casualties", patient)
    if lemma in {"pull", "recover", "find", "retrieve", "exhume", "count", "bury"} and objects & {"body", "corpse"}:
        return Event("casualties", patient, patient)
    if lemma == "lay" and "down" in parts and objects & {"arm", "weapon"}:
        return by("casualties", agent)
    if lemma == "surrender" and patient is None and agent is not None:
        return by("casualties", agent) if any(c.dep == "nummod" for c in agent.children) else made("withdrawal")
    if lemma == "take" and objects & {"casualty", "loss", "prisoner"}:
        return made("casualties", nouns=(patient.i,) if patient is not None else ())
    return None
