"""The blocks that are measured side by side: ours, and what others made that comes nearest.

Each has five things to do where the block knows more than one, with text of the same length, and is checked to have
put its own content into the page: a peer that renders an error message would be fast.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from web_fragments.fragment import Fragment
from xblock.core import XBlock

QUESTIONS = (
    "Which part of a message tells you most about who really sent it?",
    "What do you do first with a message that asks you to hurry?",
    "Where does this link lead: https://intranet.example.com.login.example.net?",
    "Which of these attachments may run a programme on your computer?",
    "Whom do you tell when you clicked, and then had second thoughts?",
)
ANSWERS = ("The address of the sender", "The name above it", "The logo at the top", "The signature below")


@dataclass(frozen=True)
class Contender:
    """A block to measure.

    Attributes:
        package: its name in the package index; "" for ours.
        fields: what the fields hold, the learner's included.
        shows: what has to be in the page, looked for in everything that the fragment carries.
    """

    block_type: str
    package: str
    fields: Mapping[str, Any]
    shows: Callable[[Fragment], bool]

    def load(self) -> type[XBlock]:
        """The class, by its entry point as the platform would."""
        cls: type[XBlock] = XBlock.load_class(self.block_type)
        return cls


def _done() -> Contender:
    return Contender("done", "done-xblock", {"done": False}, lambda fragment: "done_onoffswitch" in fragment.content)


def _poll() -> Contender:
    questions = [(f"q{i}", {"label": text, "img": "", "img_alt": ""}) for i, text in enumerate(QUESTIONS)]
    answers = [(f"a{i}", text) for i, text in enumerate(ANSWERS)]
    fields = {
        "block_name": "Spotting phishing",
        "questions": questions,
        "answers": answers,
        "tally": {key: {answer: 0 for answer, _ in answers} for key, _ in questions},
    }
    return Contender(
        "survey",
        "xblock-poll",
        fields,
        lambda fragment: all(text in fragment.content for text in (*QUESTIONS, *ANSWERS)),
    )


def _drag_and_drop() -> Contender:
    zones = [
        {
            "uid": f"z{i}",
            "title": text,
            "description": "",
            "x": 10,
            "y": 90 * i,
            "width": 190,
            "height": 80,
            "align": "center",
        }
        for i, text in enumerate(ANSWERS)
    ]
    items = [
        {
            "id": i,
            "displayName": text,
            "feedback": {"incorrect": "Not yet", "correct": "Yes"},
            "zones": ["z0"],
            "imageURL": "",
        }
        for i, text in enumerate(QUESTIONS)
    ]
    fields = {
        "data": {
            "zones": zones,
            "items": items,
            "feedback": {"start": "Go", "finish": "Done"},
            "targetImgDescription": "",
        },
        "item_state": {str(i): {"zone": "z0", "correct": True} for i in range(2)},
    }
    return Contender(
        "drag-and-drop-v2",
        "xblock-drag-and-drop-v2",
        fields,
        lambda fragment: [item["displayName"] for item in fragment.json_init_args["items"]] == list(QUESTIONS),
    )


def _games() -> Contender:
    cards = [
        {
            "card_key": f"c{i}",
            "term": text,
            "definition": ANSWERS[i % len(ANSWERS)],
            "term_image": "",
            "definition_image": "",
        }
        for i, text in enumerate(QUESTIONS)
    ]

    def shows(fragment: Fragment) -> bool:
        payloads = re.findall(r"[A-Za-z0-9+/=]{200,}", fragment.content)
        decoded = [json.loads(base64.b64decode(payload)) for payload in payloads]
        return any({card["term"] for card in found["cards"]} == set(QUESTIONS) for found in decoded)

    return Contender("games", "edx-games", {"game_type": "flashcards", "cards": cards}, shows)


PEERS: tuple[Contender, ...] = (_done(), _poll(), _drag_and_drop(), _games())
