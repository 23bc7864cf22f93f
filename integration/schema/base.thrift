// SPDX-License-Identifier: Apache-2.0
/** What every message ends with, and the words that the other files use. */
namespace cpp trestle.schema

/** Keys in the order in which they came. */
typedef map<string, string> StringMap (cpp.type = "::trestle::schema::StringMap")

/** Any JSON value, kept as the text it came as. */
typedef string AnyJson (cpp.type = "::trestle::schema::RawJson")

/** A text that must not reach a log. */
typedef string Secret (cpp.type = "::trestle::Secret")

/** An element that may be null. */
typedef string NullableString (cpp.type = "::std::optional<::std::string>")

/** A date as a Java virtual machine writes it; yyyy-MM-dd'T'HH:mm:ss'Z' is the form that every one reads. */
typedef string JavaDate

/** Base class; never on the wire by itself. */
struct Command {
  1: optional StringMap contextMap
  2: i32 wait
} (java = "com.cloud.agent.api.Command", role = "command", abstract = "true")

struct Answer {
  1: bool result
  2: optional string details
  3: optional StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.Answer", role = "answer", parent = "Command")

struct UnsupportedAnswer {
  1: bool result
  2: optional string details
  3: optional StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.UnsupportedAnswer", role = "answer", parent = "Answer")
