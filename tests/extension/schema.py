# SPDX-License-Identifier: Apache-2.0
"""The part of JSON Schema (draft 7) that the expectations use."""
import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
KNOWN = {"type", "required", "properties", "enum", "const", "not", "anyOf", "minLength", "maxLength", "pattern", "items",
         "minimum", "maximum", "minProperties", "maxProperties", "additionalProperties"}


def problems(schema, value, where="$"):
    """Where the value does not fit; an empty list if it does."""
    unknown = set(schema) - KNOWN
    if unknown:
        return ["%s: the schema uses %s, which this reader does not know" % (where, sorted(unknown))]
    found = []
    if "type" in schema:
        fits = isinstance(value, TYPES[schema["type"]]) and not (schema["type"] == "integer" and isinstance(value, bool))
        if not fits:
            return ["%s is no %s: %r" % (where, schema["type"], value)]
    if "enum" in schema and value not in schema["enum"]:
        found.append("%s is %r, not one of %s" % (where, value, schema["enum"]))
    if "const" in schema and value != schema["const"]:
        found.append("%s is %r, not %r" % (where, value, schema["const"]))
    if "not" in schema and not problems(schema["not"], value, where):
        found.append("%s is what it must not be: %r" % (where, value))
    if "anyOf" in schema and all(problems(one, value, where) for one in schema["anyOf"]):
        found.append("%s fits none of %s" % (where, schema["anyOf"]))
    if isinstance(value, str):
        found += text_problems(schema, value, where)
    if isinstance(value, int) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append("%s is out of bounds: %r" % (where, value))
    if isinstance(value, list) and "items" in schema:
        for n, item in enumerate(value):
            found += problems(schema["items"], item, "%s[%d]" % (where, n))
    if isinstance(value, dict):
        found += object_problems(schema, value, where)
    return found


def text_problems(schema, value, where):
    found = []
    if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
        found.append("%s has a wrong length: %r" % (where, value))
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append("%s does not match %s: %r" % (where, schema["pattern"], value))
    return found


def object_problems(schema, value, where):
    found = ["%s has no %s" % (where, name) for name in schema.get("required", []) if name not in value]
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        found.append("%s has %d members" % (where, len(value)))
    known = schema.get("properties", {})
    for name, item in value.items():
        if name in known:
            found += problems(known[name], item, "%s.%s" % (where, name))
        elif schema.get("additionalProperties") is False:
            found.append("%s has an unknown member %s" % (where, name))
        elif isinstance(schema.get("additionalProperties"), dict):
            found += problems(schema["additionalProperties"], item, "%s.%s" % (where, name))
    return found
