// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_PHYSICAL_LUNS_H_
#define TRESTLE_OBJECTS_OVM3_PHYSICAL_LUNS_H_

#include <string>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// One list of a Discover_Physical_Luns_Result. A 3.4.1 client knows two, one of SCSI disks and one
/// of iSCSI targets; nobody recorded the names below them, so entries stay a tree by the agent's
/// own names: a text for a leaf, else a struct of attributes and child elements, a name that
/// repeats as an array.
struct LunList {
  std::string name;
  std::vector<Value> entries;
  friend bool operator==(const LunList&, const LunList&) = default;
};

/// The lists in the order of the document. Errors: kBadReply if it is no such document; those of
/// XmlDocument::parse.
[[nodiscard]] Result<std::vector<LunList>> read_physical_luns(ValueView reply);

[[nodiscard]] Value describe(const LunList& list);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_PHYSICAL_LUNS_H_
