"""Forms that several tests fill in."""

FLAT = {
    "fields": [
        {
            "key": "model",
            "kind": "choice",
            "required": True,
            "choices": ["13 inch", "15 inch"],
            "label_en": "Which size?",
        },
        {"key": "needed", "kind": "date", "label_en": "Needed on", "label_de": "Gebraucht am"},
        {"key": "price", "kind": "number", "label_en": "Price"},
        {"key": "extras", "kind": "multi_choice", "choices": ["Dock", "Bag"], "label_en": "Extras"},
        {"key": "urgent", "kind": "yes_no", "label_en": "Travelling"},
        {"key": "why", "kind": "long_text", "label_en": "Why"},
        {"key": "boss", "kind": "email", "label_en": "Approved by"},
        {"key": "shop", "kind": "url", "label_en": "Shop"},
    ]
}
PURCHASE = {
    "subject": {"de": "Bestellung: {{ item }}", "en": "Purchase: {{ item }}"},
    "pages": [
        {
            "key": "what",
            "title": {"de": "Was", "en": "What"},
            "fields": [
                {"key": "item", "required": True, "label": {"de": "Artikel", "en": "Item"}},
                {"key": "amount", "kind": "money", "required": True, "label": "Amount"},
            ],
        },
        {
            "key": "why",
            "title": {"de": "Warum", "en": "Why"},
            "fields": [
                {
                    "key": "reason",
                    "kind": "long_text",
                    "required": True,
                    "label": "Reason",
                    "show_when": {"field": "amount", "op": "gt", "value": 500},
                },
                {"key": "express", "kind": "yes_no", "label": "Express"},
                {
                    "key": "until",
                    "kind": "date",
                    "required": True,
                    "label": "Until",
                    "show_when": {"field": "express", "op": "is", "value": True},
                },
                {"key": "cost_centre", "label": "Cost centre", "internal": True},
            ],
        },
        {
            "key": "who",
            "title": {"de": "Wer", "en": "Who"},
            "fields": [
                {"key": "boss", "kind": "person", "label": "Boss"},
                {"key": "offers", "kind": "file", "label": "Offers"},
            ],
        },
    ],
}
