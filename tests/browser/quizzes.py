"""Quizzes of the tests' own. Whatever only the server may know says so: it has SECRET in it."""

from __future__ import annotations

ONE_OF_EACH = """
<microquiz display_name="One of each" {settings}>
  <introduction>Nine questions of nine types.</introduction>
  <single id="single" title="Single"><text>Which one?</text>
    <choice id="SECRET-a" right="true"><text><![CDATA[This one, with a <b>bold</b> word]]></text>
      <feedback>SECRET-right</feedback></choice>
    <choice id="SECRET-b"><text>That one, which is as long as a choice of an answer gets when authors explain</text>
      <feedback>SECRET-wrong</feedback></choice>
    <choice id="SECRET-c">Another</choice>
    <hint>SECRET-hint-1</hint><hint>SECRET-hint-2</hint>
    <feedback when="wrong">SECRET-general</feedback>
    <explanation source="https://example.com/SECRET" title="SECRET-title">SECRET-explanation</explanation></single>
  <multiple id="multiple" title="Multiple"><text>Which ones?</text>
    <choice id="SECRET-a" right="true">First</choice><choice id="SECRET-b" right="true">Second</choice>
    <choice id="SECRET-c"><text>Third</text><feedback>SECRET-third</feedback></choice></multiple>
  <truefalse id="truefalse" title="True or false" right="false"><text>Is it?</text>
    <feedback when="true">SECRET-true</feedback><feedback when="false">SECRET-false</feedback></truefalse>
  <shorttext id="shorttext" title="Short text"><text>What is it called?</text><answer>SECRET-word</answer>
    <answer score="0.5"><text>half</text><feedback>SECRET-half</feedback></answer></shorttext>
  <number id="number" title="Number" unit="kg"><text>How many?</text>
    <answer value="86420" tolerance="1"><feedback>SECRET-number</feedback></answer></number>
  <ordering id="ordering" title="Ordering"><text>In which order?</text><item id="SECRET-1">Breakfast</item>
    <item id="SECRET-2">Lunch, with everybody at one table</item><item id="SECRET-3">Dinner</item></ordering>
  <matching id="matching" title="Matching"><text>What belongs together?</text>
    <pair id="SECRET-p"><left>Cat</left><right>Meows</right></pair>
    <pair id="SECRET-q"><left>Dog</left><right>Barks</right></pair>
    <distractor>Sings in the evening</distractor></matching>
  <cloze id="cloze" title="Gaps"><text><![CDATA[<p>A [[one]] and a [[two]].</p>]]></text>
    <gap id="one" kind="typed"><answer>SECRET-gap</answer></gap>
    <gap id="two" kind="picked"><option id="SECRET-o" right="true">pear</option>
      <option id="SECRET-n"><text>apple</text><feedback>SECRET-apple</feedback></option></gap></cloze>
  <flashcard id="flashcard" title="Card"><text>What is on the back?</text><back>SECRET-back</back></flashcard>
</microquiz>
"""

TWO = """
<microquiz display_name="{name}" {settings}>
  <single id="one"><text>{name}: which?</text>
    <choice id="a" right="true">Yes {name}</choice><choice id="b">No {name}</choice>
    <hint>Think of {name}</hint></single>
  <shorttext id="two"><text>{name}: the word?</text><answer>{name}</answer></shorttext>
</microquiz>
"""


def one_of_each(settings: str = "") -> str:
    """A quiz with every type of question; the id of each is the name of its type."""
    return ONE_OF_EACH.format(settings=settings)


def two_questions(name: str = "Quiz", settings: str = "") -> str:
    """A quiz with a choice ("Yes", "No") and a word to type (the quiz's name)."""
    return TWO.format(name=name, settings=settings)
