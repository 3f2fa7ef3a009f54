"""Who says it: reporting verbs, "according to", claims of somebody, sources carried over from before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from vedette.reports.grammar import is_clause, is_passive, subject_of
from vedette.reports.tree import Word
from vedette.reports.vocabulary import CLAIM_NOUNS, DENY, EVENT_NOUNS, FORCES, LOOSE, SPEECH, TITLES
from vedette.reports.world import BOTH, OUTLET, THIRD, UNSPECIFIED, Camps

__all__ = ["Source", "SourceBook", "governs", "is_speech", "speaker_of"]

_PRONOUNS = {"he", "she", "it", "they", "who", "we", "i"}
_INANIMATE = {
    "footage", "video", "image", "photo", "picture", "report", "map", "data", "evidence", "imagery", "reports", "this",
    "that", "which", "fact", "figure", "statistic", "document", "assessment", "publication", "article", "outlet", "website",
}  # fmt: skip
_BULLETINS = {"report", "statement", "update", "release", "communique", "message", "bulletin", "summary", "post"}
"""What a source put out: "the report says" is the source that was last heard."""
_THEMSELVES = {"army", "military", "rebel", "government", "militia", "junta", "regime", "police", "navy", "opposition", "insurgent", "separatist", "militant"}  # fmt: skip
"""Nouns that name a party even where nobody was named before: "the army" points back to nobody else."""
_PLAIN_SPEECH = {"say", "tell", "report", "add", "announce", "state", "write", "insist", "explain", "warn", "claim", "note", "inform", "text", "tweet", "post", "recall", "recount", "retort", "concede", "admit", "confirm", "acknowledge", "complain", "argue", "reply", "boast"}  # fmt: skip
_VAGUE = {"some", "many", "others", "people", "one", "those"}
_INSTITUTION = re.compile(
    r"\b(ministry|government|army|military|group|force|forces|command|agency|office|observatory|institute|"
    r"authorities|party|organi[sz]ation|militia|staff|movement|coalition|monitor|presidency|department|service|mod)\b",
    re.IGNORECASE,
)


_COUNTED = {"loss", "toll", "casualty", "number", "figure", "area", "death", "dead", "count", "strength"}
_OFFICIAL = re.compile(
    r"\b(?:troops|forces|brigade|general staff|military|army|spokes\w+|commander|regiment|battalion|air force|minister|"
    r"ministry|governor|general|colonel|officers?|fighters?|soldiers?|press officer|press service|aide|presidency|command)\b",
    re.IGNORECASE,
)
"""Words of a source that speaks for a state or an army; if none says which, it is the one last heard of."""
_BOTH_SIDES = re.compile(
    r"(?i)(?:both|each|neither|either|(?:the )?(?:two|warring|opposing|rival|belligerent))(?: of the)?(?: (?:warring|rival|opposing))? "
    r"(?:sides?|countr(?:y|ies)|part(?:y|ies)|camps?|arm(?:y|ies)|forces|governments?|militaries|factions|generals|neighbours|neighbors|capitals)"
    r"|(?:both|the) (?:sides|belligerents)|the (?:opposing|warring|rival) \w+s"
)
_FOREIGN = re.compile(r"\b(?:western|foreign|european|allied|diplomats?|regional|nato|international)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A claimant as named in the text, its camp, and whether it is a person (he, she) or a body (it)."""

    name: str
    side: str
    person: bool = False
    middleman: str = ""


OUTLET_SOURCE = Source(OUTLET, THIRD)
NOBODY = Source(UNSPECIFIED, THIRD)


def is_speech(verb: Word) -> bool:
    """True of a verb that reports what somebody says, where it does."""
    lemma = verb.lemma
    if lemma == "make" and any(c.lower in {"clear", "plain"} for c in verb.children):
        return any(c.dep == "ccomp" for c in verb.children)
    if lemma == "put":
        counted = {c.lemma for c in verb.children if c.dep == "dobj"}
        return bool(counted & _COUNTED) and any(c.dep == "prep" and c.lower == "at" for c in verb.children)
    if _speaks_around_quotes(verb):
        return True
    if lemma not in SPEECH:
        return False
    if lemma == "threaten":
        return any(c.dep in {"ccomp", "xcomp"} for c in verb.children)
    if lemma in LOOSE:
        return any(
            c.dep == "ccomp"
            or (
                lemma in {"show", "record", "note", "document"}
                and c.dep == "dobj"
                and c.lemma in EVENT_NOUNS
                and c.tag == "NNS"
            )
            for c in verb.children
        )
    return True


_CLOSING = {"”", "''", "’’", "»", '"'}


def _speaks_around_quotes(verb: Word) -> bool:
    """True of any verb that a quoted clause hangs on from before: “We held them,” an officer *texted*."""
    for c in verb.children:
        if c.dep != "ccomp" or c.i > verb.i or not is_clause(c):
            continue
        own = next((x for x in verb.children if x.dep == "nsubj" and c.i < x.i), None)
        if own is not None and any(
            t.text in _CLOSING for t in verb.tree.run(c.i + 1, min(own.left_edge.i, verb.i) - 1)
        ):
            return True
    return False


def speaker_of(verb: Word) -> Word | None:
    """The subject of a reporting verb, also where it follows: "..., insisted an aide"."""
    own = [c for c in verb.children if c.dep == "nsubj"]
    if len(own) > 1:
        return own[-1]  # what is reported was taken for a second subject
    if own and own[0].tag == "NNS" and own[0].lemma in DENY:
        name = next((c for c in own[0].children if c.dep in {"compound", "nmod", "poss"} and c.pos == "PROPN"), None)
        return name or own[0]  # "X rejects claims that", where the verb was taken for a noun
    if (
        not own
        and verb.i > 0
        and verb.nbor(-1).text in {",", "”", '"', "''", "’"}
        and verb.tag in {"VBD", "VBZ", "VBP"}
    ):
        after = next((c for c in verb.children if c.dep in {"dobj", "nsubj"} and c.left_edge.i == verb.i + 1), None)
        if after is not None and not any(c.dep in {"ccomp", "xcomp"} and c.i > verb.i for c in verb.children):
            return after
    if (
        not own
        and verb.dep == "conj"
        and verb.head.dep == "ccomp"
        and is_clause(verb.head)
        and is_speech(verb.head.head)
    ):
        return speaker_of(verb.head.head)  # "said that A had withdrawn but denied": the speaker goes on
    return subject_of(verb)


def _who_is_meant(noun: Word) -> Word:
    """The person that "who" points to: not the place behind "in"."""
    if noun.dep == "pobj" and noun.head.lower in {"in", "at", "from"}:
        over = noun.head.head
        if over.pos in {"NOUN", "PROPN"}:
            return over
        if is_clause(over):
            return next((c for c in over.children if c.dep in {"dobj", "nsubj"}), noun)
    return noun


def governs(verb: Word, child: Word) -> bool:
    """True if what stands below `child` is what the speech verb reports."""
    if child.dep == "nsubj" and sum(c.dep == "nsubj" for c in verb.children) > 1:
        return child.i == min(c.i for c in verb.children if c.dep == "nsubj")
    if child.dep in {"ccomp", "xcomp", "dobj", "oprd", "parataxis", "nsubjpass", "attr"}:
        return True
    if child.dep == "prep" and child.lower in {"of", "for", "about", "in"}:
        return (
            verb.lemma in {"accuse", "blame", "speak", "boast", "complain", "warn", "inform", "tell"}
            and child.lower != "in"
        )
    if child.dep == "prep" and child.lower == "to":
        return verb.lemma in {"admit", "confess", "testify", "own", "point"}
    if child.dep == "advcl" and child.i > verb.i:
        return child.tag == "VBG" and (
            is_speech(child) or any(c.dep == "ccomp" and c.i < verb.i for c in verb.children)
        )
    return child.dep in {"nsubj", "csubj"} and is_passive(verb)


@dataclass
class SourceBook:
    """Every source a text has named so far, so that "the ministry" and "he" can be resolved."""

    camps: Camps
    outlet_side: str = THIRD
    named: list[Source] = field(default_factory=list)
    subject_side: str = THIRD
    """The camp that the latest sentence was about: whose "a spokesman" is."""
    _heard: dict[tuple[int, int], Source] = field(default_factory=dict)

    def side_of(self, phrase: str) -> str:
        """The camp of a source; of someone met before by an earlier, fuller name; else `third`."""
        camp = self.camps.of(phrase)
        if camp is not None:
            return camp
        words = {w for w in re.findall(r"[\w'’-]+", phrase) if w[:1].isupper() and w.lower() not in TITLES}
        for known in reversed(self.named):
            if known.side != THIRD and words & set(re.findall(r"[\w'’-]+", known.name)):
                return known.side
        return THIRD

    def _phrase(self, head: Word) -> str:
        keep = []
        for t in head.subtree:
            if any(
                a.dep in {"relcl", "advcl"}
                or (a.dep == "acl" and not _names_camp(a))
                or (a.dep == "prep" and a.lower in {"on", "after", "amid", "during"})
                for a in _between(t, head)
            ):
                continue
            keep.append(t)
        keep.sort(key=lambda t: t.i)
        run = [t for t in keep if t.i <= head.i]
        for t in (t for t in keep if t.i > head.i):
            if t.i != run[-1].i + 1 or (t.text in {"–", "—", ";", ":"}):
                break
            run.append(t)
        while run and (run[-1].is_punct and run[-1].text not in {")"}):
            run.pop()
        while run and run[0].is_punct and run[0].text != "(":
            run.pop(0)
        if not run:
            return head.text
        return str(run[0].tree.run(_left_end(run[0]), run[-1].i).text).strip()

    def resolve(self, head: Word) -> Source:
        """The source that a noun phrase names, resolved if it only points back."""
        lower = head.lower
        if head.lemma in _INANIMATE and head.pos == "NOUN":
            phrase = self._phrase(head)
            if (camp := self.camps.of(phrase)) not in (None, THIRD):
                return self.note(Source(phrase, str(camp)))
        if (
            head.lemma in _BULLETINS
            and self.named
            and self._definite(head)
            and not any(c.dep == "amod" for c in head.children)
        ):
            return self._carried(person=False) or self.named[-1]
        if head.lemma in _INANIMATE:
            return NOBODY if head.lemma in {"report", "reports"} else OUTLET_SOURCE
        if lower in {"who", "which", "that"} and head.head.dep == "relcl":
            return self.resolve(_who_is_meant(head.head.head) if lower == "who" else head.head.head)
        if lower in _PRONOUNS:
            return self._carried(person=lower in {"he", "she", "i"}) or OUTLET_SOURCE
        if lower in {"one", "another", "others", "some"} and (many := self._many()) is not None:
            return many
        if lower in _VAGUE:
            return NOBODY
        phrase = self._phrase(head)
        if _BOTH_SIDES.fullmatch(phrase):
            return Source(phrase, BOTH)
        person = any(c.dep in {"appos"} and c.pos == "PROPN" for c in head.children) or any(
            t.lemma in TITLES for t in head.subtree
        )
        if head.pos == "NOUN" and not any(t.pos == "PROPN" for t in head.subtree) and self._definite(head):
            same = self._met(head.lemma)
            if same is not None:
                return same
            plain = not any(c.dep in {"compound", "amod"} for c in head.children)
            if (
                plain
                and head.lemma not in _THEMSELVES
                and not (head.tag == "NNS" and head.lemma in FORCES)
                and self.camps.of(phrase) is None
                and head.lemma not in {"official", "resident", "witness"}
            ):
                carried = self._carried(person=head.lemma in TITLES)
                if carried is not None:
                    return carried
        appos = [c for c in head.children if c.dep == "appos" and c.pos == "PROPN"]
        name = phrase
        if head.lemma in TITLES and appos:
            name = self._phrase(appos[0])
        whole = self._whole(head)
        side = self.side_of(whole)
        if side == THIRD and self.camps.of(whole) is None and not _FOREIGN.search(whole):
            owned = any(c.dep == "poss" and c.lower in {"its", "their", "his", "her"} for c in head.children)
            if owned or _OFFICIAL.search(whole):
                heard = (known.side for known in reversed(self.named) if known.side not in {THIRD, BOTH})
                indefinite = any(c.dep == "det" and c.lower in {"a", "an", "one", "another"} for c in head.children)
                side = (
                    self.subject_side if indefinite and self.subject_side != THIRD else next(heard, self.subject_side)
                )
        source = Source(name, side, person)
        self.named.append(Source(self._whole(head), side, person))
        return source

    def _whole(self, head: Word) -> str:
        tokens = [
            t
            for t in head.subtree
            if not any(a.dep == "relcl" or (a.dep == "acl" and not _names_camp(a)) for a in _between(t, head))
        ]
        return str(head.tree.run(_left_end(tokens[0]), tokens[-1].i).text) if tokens else head.text

    def note(self, source: Source) -> Source:
        """Remember a source found elsewhere than under a verb."""
        if source.name not in {OUTLET, UNSPECIFIED}:
            self.named.append(source)
        return source

    @staticmethod
    def _definite(head: Word) -> bool:
        return any(
            c.dep in {"det", "poss"} and c.lower in {"the", "this", "that", "its", "their", "his"}
            for c in head.children
        )

    def _met(self, noun: str) -> Source | None:
        for known in reversed(self.named):
            if re.search(rf"\b{re.escape(noun)}\b", known.name, re.IGNORECASE):
                return known
        return None

    def _carried(self, *, person: bool) -> Source | None:
        for known in reversed(self.named):
            if known.person == person:
                return known
        return self.named[-1] if self.named else None

    def _many(self) -> Source | None:
        """The last source, if it was several: "milbloggers said ...; one wrote ..."."""
        last = self.last()
        return (
            last if last is not None and re.search(r"(?:ers|ors|ists|ials|ents|sources|people)$", last.name) else None
        )

    def about(self, sentence: Iterable[Word]) -> None:
        """Note whose doings a sentence told, for "a spokesman" in the next."""
        for t in sentence:
            if (
                t.dep in {"nsubj", "nsubjpass"}
                and t.pos in {"NOUN", "PROPN"}
                and t.head.dep in {"ROOT", "conj", "ccomp"}
            ):
                camp = self.camps.of(self._phrase(t))
                if camp not in {None, THIRD, BOTH}:
                    self.subject_side = str(camp)
                    return

    def last(self) -> Source | None:
        """The source named most recently."""
        return self.named[-1] if self.named else None

    def of_verb(self, verb: Word) -> Source:
        """Who is behind a reporting verb; asked twice, it answers the same."""
        key = (id(verb.tree), verb.i)
        if key not in self._heard:
            self._heard[key] = self._of_speech(verb)
        return self._heard[key]

    def _of_speech(self, verb: Word) -> Source:
        if is_passive(verb):
            for c in verb.children:
                if c.dep == "agent":
                    for g in c.children:
                        if g.dep == "pobj":
                            return self.resolve(g)
            return NOBODY
        subject = speaker_of(verb)
        if subject is None or (subject.lower == "it" and any(c.dep == "expl" for c in verb.children)):
            return self.last() or OUTLET_SOURCE
        source = self.resolve(subject)
        if verb.dep == "pcomp" and verb.head.head.lemma in {"quote", "cite"}:
            teller = subject_of(verb.head.head)
            if teller is not None and teller.i != subject.i:
                return self._relayed(source, self.resolve(teller))
        if verb.lemma in {"quote", "cite"} and any(c.dep == "ccomp" for c in verb.children):
            quoted = next((c for c in verb.children if c.dep == "dobj"), None)
            if quoted is not None:
                return self._relayed(self.resolve(quoted), source)
        cited = _cited(verb, subject)
        if cited is not None and not (cited.lemma in _INANIMATE or cited.lower in _PRONOUNS):
            return self._relayed(self.resolve(cited), source)
        if source.side == THIRD and source.name not in {OUTLET, UNSPECIFIED} and self.camps.of(source.name) is None:
            told = next((c for c in verb.children if c.dep in {"dobj", "dative"} and c.pos == "PROPN"), None)
            organ = self.camps.organ(told.text) if told is not None else None
            if organ is not None:  # "a military source told SANA": an agency of a camp quotes its own
                source = self.note(replace(source, side=organ, middleman=told.text if told is not None else ""))
        return source

    def _relayed(self, source: Source, teller: Source) -> Source:
        """A source that another passes on; whose it is, if nothing tells, is whose that one is."""
        own = self.camps.of(source.name)
        side = source.side if own is not None else teller.side
        return self.note(replace(source, side=side, middleman=teller.name))

    def over(self, token: Word) -> tuple[Source, Word | None]:
        """Who asserts what stands at `token`, and the word that says so (None for the outlet's own voice)."""
        here = token
        for c in _own_adverbials(here):
            if source := self._according(c):
                return source, c
        if is_clause(here) and (aside := _set_off(here)) is not None:
            return self.of_verb(aside), aside
        below, node = token, token.head
        while node.i != below.i:
            if is_clause(node) and is_speech(node) and governs(node, below):
                source = self.of_verb(node)
                return source, node
            if (
                (node.lemma in CLAIM_NOUNS and node.pos == "NOUN" and below.dep in {"acl", "ccomp", "prep", "relcl"})
                and below.dep != "relcl"
                and not (below.dep == "prep" and below.lower not in {"of", "that"})
            ):
                return self._of_noun(node), node
            if node.pos in {"NOUN", "PROPN"} and below.dep in {"acl", "ccomp", "relcl"} and _said_that(below):
                told_by = next((c for c in node.children if c.dep == "acl" and is_speech(c) and c.i < below.i), None)
                if told_by is not None:
                    return self.resolve(node), told_by
            if (
                is_clause(node)
                and not is_speech(node)
                and below.dep == "ccomp"
                and any(m.lower == "that" and m.dep == "mark" for m in below.children)
            ):
                told = [
                    x
                    for x in node.subtree
                    if x.lemma in CLAIM_NOUNS and x.pos == "NOUN" and node.i < x.i < below.left_edge.i
                ]
                if told:
                    return self._of_noun(told[-1]), told[-1]
            if is_clause(node):
                for c in _own_adverbials(node):
                    if c.i != below.i and (source := self._according(c)):
                        return source, c
                if (aside := _set_off(node)) is not None and aside.i != below.i:
                    return self.of_verb(aside), aside
            below, node = node, node.head
        if headed := self._headed(token):
            return headed, token.sent[0]
        return OUTLET_SOURCE, None

    def _headed(self, token: Word) -> Source | None:
        """Who stands before a colon at the head of the sentence: "Governor Haidai: ..."."""
        sentence = token.sent
        head = list(sentence[1:9])
        colon = next((t for t in head if t.text == ":"), None)
        if colon is None or colon.i >= token.i:
            return None
        named = [t for t in (sentence[0], *head) if t.i < colon.i and not t.like_num and not t.is_punct]
        if not named or any(is_clause(t) for t in named) or named[-1].pos not in {"PROPN", "NOUN"}:
            return None
        phrase = sentence.tree.run(named[0].i, colon.i - 1).text.strip()
        side = self.side_of(phrase)
        if self.camps.of(phrase) is None and side == THIRD and not any(t.lemma in TITLES for t in named):
            return None
        if side == THIRD and self.camps.of(phrase) is None:
            side = next((known.side for known in reversed(self.named) if known.side not in {THIRD, BOTH}), THIRD)
        return self.note(Source(phrase, side, person=any(t.lemma in TITLES for t in named)))

    def _of_noun(self, noun: Word) -> Source:
        if (
            noun.dep == "dobj" and noun.head.lemma in DENY
        ):  # "the army rejected the rebels' claim that": the army denies it
            return self.of_verb(noun.head)
        for c in noun.children:
            if c.dep == "poss":
                return self.resolve(c)
            if c.dep == "prep" and c.lower in {"by", "from", "of"}:
                for g in c.children:
                    if g.dep == "pobj" and (
                        g.pos == "PROPN" or self.camps.of(self._phrase(g)) or g.lemma in {"source", "official"}
                    ):
                        return self.resolve(g)
        verb = noun.head
        while verb.head.i != verb.i and not is_clause(verb):
            verb = verb.head
        if noun.dep == "dobj" and is_clause(verb) and (subject := subject_of(verb)) is not None:
            return self.resolve(subject)
        for c in noun.children:
            if c.dep in {"amod", "compound"} and self.camps.is_name(c.text):
                return self.note(Source(c.text, self.camps.of(c.text) or THIRD))
        return NOBODY

    def _according(self, prep: Word) -> Source | None:
        if prep.lower == "according" and prep.nbor(-1 if prep.i else 0).lower != "least":
            for p in prep.children:
                if p.dep == "prep":
                    for g in p.children:
                        if g.dep == "pobj":
                            return self.resolve(g)
        if prep.lower == "per" and prep.dep == "prep":
            return next((self.resolve(g) for g in prep.children if g.dep == "pobj"), None)
        return None


def _cited(verb: Word, subject: Word) -> Word | None:
    """Whom a speaker relays: "state television, *citing a military source*, said"."""
    for c in (*verb.children, *subject.children):
        if c.dep in {"advcl", "acl"} and c.tag == "VBG" and c.lemma in {"cite", "quote"}:
            return next((g for g in c.children if g.dep == "dobj"), None)
    return None


def _left_end(token: Word) -> int:
    """Where a name begins that the parser cut at a hyphen: Jaish al-Islam."""
    i, doc = token.i, token.tree
    while i > 0 and (
        (doc[i - 1].text in {"-", "‑"} and not doc[i - 1].before_space)
        or (doc[i].text in {"-", "‑"} and not doc[i - 1].before_space)
        or (doc[i].pos == doc[i - 1].pos == "PROPN" and "-" in doc[i].text and doc[i].text[0].islower())
    ):
        i -= 1
    return i


def _names_camp(participle: Word) -> bool:
    """True of "allied with ...", "loyal to ...", "backed by ...": they say whose a force is."""
    return participle.lemma in {
        "ally",
        "back",
        "align",
        "base",
        "support",
        "affiliate",
        "lead",
        "install",
        "control",
    }


def _said_that(clause: Word) -> bool:
    return any(m.lower == "that" and m.dep == "mark" for m in clause.children)


def _between(token: Word, head: Word) -> list[Word]:
    """The words on the way from `token` up to `head`, `head` left out."""
    found = []
    while token.i != head.i and token.head.i != token.i:
        found.append(token)
        token = token.head
    return found


def _set_off(clause: Word) -> Word | None:
    """A reporting verb beside a clause that it reports, with no clause of its own: "..., residents said, and ..."."""
    for v in clause.children:
        if v.i < clause.i:
            if _between_commas(v):
                return v
            continue
        if v.dep not in {"parataxis", "conj", "ccomp", "dep", "advcl"} or not is_clause(v):
            continue
        if v.lemma not in _PLAIN_SPEECH or is_passive(v):
            continue
        if any(c.dep in {"ccomp", "xcomp", "cc", "mark"} for c in v.children) or v.tag not in {"VBD", "VBZ", "VBP"}:
            continue
        speaker = speaker_of(v)
        if speaker is None or speaker.head.i != v.i or abs(speaker.i - v.i) > 12:
            continue
        tells = v.lemma in {"tell", "inform"}
        if not tells and any(c.dep == "dobj" and c.i != speaker.i for c in v.children):
            continue
        if any(c.dep == "cc" and clause.i < c.i < v.i for c in clause.children) and v.dep == "conj":
            continue
        return v
    return None


def _between_commas(v: Word) -> bool:
    """True of "The flanks, *she wrote*, had been pushed back"."""
    if v.dep != "parataxis" or not is_clause(v) or v.lemma not in SPEECH or v.tag not in {"VBD", "VBZ", "VBP"}:
        return False
    own = [c.i for c in v.subtree if not c.is_punct]
    left, right = min(own), max(own)
    tree = v.tree
    return (
        left > 0
        and tree[left - 1].text in {",", "—", "–"}
        and right + 1 < len(tree)
        and tree[right + 1].text in {",", "—", "–"}
    )


def _own_adverbials(token: Word) -> list[Word]:
    return [c for c in token.children if c.dep in {"prep", "advcl", "pcomp"} and c.lower in {"according", "per"}]
