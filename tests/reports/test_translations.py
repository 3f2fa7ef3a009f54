# ruff: noqa: E501
"""Wire copy in other languages, and stories that share only their event; all written for this test."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from vedette.reports import Report, copies_among
from vedette.reports.translations import anchors_of

DAY = date(2031, 4, 10)

# One story a row: the same wire copy in several languages.
STORIES: dict[str, dict[str, str]] = {
    "bridge": {
        "en": "The army of Norland said on Tuesday that it had taken the town of Velmar after 3 days of fighting. According to General Anders Rokke, 142 soldiers of Sudland were captured and 27 tanks destroyed near Harvik. The Red Cross in Ostrava said 1,300 people had fled to Lindmar. Sudland denied that Velmar had fallen and said it had shot down 2 aircraft over Harvik on 8 April.",
        "fr": "L'armée du Norland a affirmé mardi avoir pris la ville de Velmar après 3 jours de combats. Selon le général Anders Rokke, 142 soldats du Sudland ont été capturés et 27 chars détruits près de Harvik. La Croix-Rouge à Ostrava a indiqué que 1 300 personnes avaient fui vers Lindmar. Le Sudland a démenti la chute de Velmar et assure avoir abattu 2 avions au-dessus de Harvik le 8 avril.",
        "ru": "Армия Норланда заявила во вторник, что взяла город Вельмар после 3 дней боёв. По словам генерала Андерса Рокке, 142 солдата Судланда взяты в плен и 27 танков уничтожены под Харвиком. Красный Крест в Остраве сообщил, что 1300 человек бежали в Линдмар. Судланд отверг падение Вельмара и заявил, что сбил 2 самолёта над Харвиком 8 апреля.",
        "tr": "Norland ordusu salı günü 3 gün süren çatışmaların ardından Velmar kentini aldığını açıkladı. General Anders Rokke'ye göre Harvik yakınında Sudland'ın 142 askeri esir alındı ve 27 tank imha edildi. Ostrava'daki Kızılhaç, 1.300 kişinin Lindmar'a kaçtığını bildirdi. Sudland, Velmar'ın düştüğünü yalanladı ve 8 Nisan'da Harvik üzerinde 2 uçak düşürdüğünü söyledi.",
        "es": "El ejército de Norland dijo el martes que había tomado la ciudad de Velmar tras 3 días de combates. Según el general Anders Rokke, 142 soldados de Sudland fueron capturados y 27 tanques destruidos cerca de Harvik. La Cruz Roja en Ostrava dijo que 1.300 personas habían huido a Lindmar. Sudland negó la caída de Velmar y afirmó haber derribado 2 aviones sobre Harvik el 8 de abril.",
    },
    "convoy": {
        "en": "A convoy of 48 trucks reached Tessaly on Friday, the United Nations said, the first since 12 February. Rebels of the Karman Front had closed the road at Bolgrad, where 19 drivers were killed. A spokesman in Genoa, Pietro Valli, said 6,500 tonnes of flour waited in Port Amin.",
        "ru": "Колонна из 48 грузовиков прибыла в пятницу в Тессали, сообщила ООН, первая с 12 февраля. Повстанцы Фронта Карман перекрыли дорогу у Болграда, где погибли 19 водителей. Представитель в Генуе Пьетро Валли сказал, что 6500 тонн муки ждут в порту Амин.",
        "de": "Ein Konvoi von 48 Lastwagen erreichte am Freitag Tessaly, wie die Vereinten Nationen mitteilten, der erste seit dem 12. Februar. Rebellen der Karman-Front hatten die Straße bei Bolgrad gesperrt, wo 19 Fahrer getötet wurden. Ein Sprecher in Genua, Pietro Valli, sagte, 6.500 Tonnen Mehl warteten in Port Amin.",
    },
}
# Other stories about the same events: names and some figures in common, in another telling.
OTHERS = {
    "bridge": {
        "en": "Velmar is lost, and with it the valley. In Harvik the mayor counted 27 burnt-out tanks, most of them Norland's, and spoke of 60 dead. Nobody in Sudland's capital, Ostrava, would say how many men had been left behind; the families speak of 200. On 9 April the market at Lindmar was still open.",
        "ru": "Генерал Рокке награждён в столице Норланда. За три месяца его бригада прошла 90 км, потеряв 350 человек, и вышла к Вельмару. В Харвике её встретили 27 горящих танков. По данным Судланда, потери Норланда составили 1100 человек, из них 142 убиты 8 апреля.",
        "fr": "À Lindmar, 400 familles dorment dans une école. Elles viennent de Velmar et de Harvik, à 30 km. Le Norland dit tenir la ville ; le Sudland assure que ses 142 hommes y résistent encore. La Croix-Rouge demande 5 millions.",
    },
    "convoy": {
        "en": "Port Amin has 6,500 tonnes of flour and no road. In Bolgrad, 3 checkpoints of the Karman Front tax every truck 200 dollars. Pietro Valli of the United Nations in Genoa has asked for 48 hours of truce from 20 February; Tessaly has food for 5 days.",
    },
}


def report(text: str, outlet: str, day: date = DAY) -> Report:
    from vedette.reports.story import language_of

    return Report(text=text, outlet=outlet, published=day, language=language_of(text))


@pytest.mark.parametrize("story", STORIES)
def test_each_translation_is_a_copy_of_the_other(story: str) -> None:
    for a, b in combinations(STORIES[story], 2):
        found = copies_among([report(STORIES[story][a], a), report(STORIES[story][b], b)])
        assert [(c.original, c.copy) for c in found] == [(0, 1)], (a, b)


def test_a_group_of_translations_has_one_origin() -> None:
    told = list(STORIES["bridge"].items())
    found = copies_among([report(text, language) for language, text in told])
    assert {c.original for c in found} == {0}
    assert len(found) == len(told) - 1


@pytest.mark.parametrize("story", OTHERS)
def test_another_story_about_the_event_is_no_translation(story: str) -> None:
    for text in OTHERS[story].values():
        for language, wire in STORIES[story].items():
            assert copies_among([report(wire, language), report(text, "other")]) == []


def test_different_events_are_kept_apart() -> None:
    for a in STORIES["bridge"].values():
        for b in STORIES["convoy"].values():
            assert copies_among([report(a, "a"), report(b, "b")]) == []


def test_a_changed_figure_is_told() -> None:
    changed = STORIES["bridge"]["ru"].replace("142", "412")
    (copy,) = copies_among([report(STORIES["bridge"]["en"], "a"), report(changed, "b")])
    assert copy.changed == (("142", "412"),)


def test_a_translation_weeks_later_is_not_linked() -> None:
    later = report(STORIES["bridge"]["fr"], "b", date(2031, 6, 1))
    assert copies_among([report(STORIES["bridge"]["en"], "a"), later]) == []


def test_names_meet_across_scripts_and_cases() -> None:
    for forms in (("Shusha", "Şuşa", "Шушу"), ("Hadrut", "Гадрутом", "Hadrout"), ("Lachin", "Лачинского", "Laçın")):
        codes = {anchors_of(f"in {form} 12").run[0] for form in forms}
        assert len(codes) == 1, forms
