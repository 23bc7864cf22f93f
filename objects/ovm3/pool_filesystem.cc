// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/pool_filesystem.h"

#include <utility>

#include "objects/ovm3/api/pool_filesystem.h"
#include "objects/ovm3/call_read.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

namespace rows = api::pool_filesystem;

template <class IdType>
Result<std::optional<IdType>> id_of(XmlElement element, std::string_view name) {
  const auto text = element.text_of(name);
  if (!text) return std::optional<IdType>();
  auto id = IdType::from_name(*text);
  if (id) return std::optional<IdType>(*std::move(id));
  return fail(wrap("the pool file system of the reply has a bad " + std::string(name) +
                       "; compare the raw reply (trestle agent call)",
                   {.code = Code::kBadReply, .what = id.error().what}));
}

}  // namespace

Result<void> create_pool_filesystem(const CallContext& ctx, const Agent& agent,
                                    const PoolFilesystemPlace& place,
                                    const std::string& cluster_name, const ManagerId& manager,
                                    const PoolId& pool, const PoolFilesystemGeometry& geometry) {
  if ((geometry.cluster_size && !geometry.block_size) ||
      (geometry.journal_size && !geometry.cluster_size)) {
    return fail(Code::kInvalidArgument,
                "the agent takes block, cluster and journal size by position; give the earlier "
                "ones too");
  }
  return agent.call(ctx, rows::create_pool_filesystem, place.type, place.target, cluster_name,
                    place.id, place.nfs_base, manager, pool, geometry.block_size,
                    geometry.cluster_size, geometry.journal_size);
}

Result<void> destroy_pool_filesystem(const CallContext& ctx, const Agent& agent,
                                     const PoolFilesystemPlace& place) {
  return agent.call(ctx, rows::destroy_pool_filesystem, place.type, place.target, place.id,
                    place.nfs_base);
}

Result<std::optional<PoolFilesystemInfo>> discover_pool_filesystem(const CallContext& ctx,
                                                                   const Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(
      PoolFilesystemUse use,
      call_read(agent, ctx, rows::discover_pool_filesystem, read_pool_filesystem));
  return std::move(use.pool_filesystem);
}

Result<PoolFilesystemUse> read_pool_filesystem(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Pool_Filesystem_Result"));
  const XmlElement told = document.root().child("Pool_Filesystem");
  if (!told) return PoolFilesystemUse{};
  TRESTLE_ASSIGN_OR_RETURN(auto id, id_of<PoolFilesystemId>(told, "Pool_Filesystem_Uuid"));
  TRESTLE_ASSIGN_OR_RETURN(auto base, id_of<FileSystemId>(told, "Pool_Filesystem_Nfsbase_Uuid"));
  TRESTLE_ASSIGN_OR_RETURN(auto manager, id_of<ManagerId>(told, "Pool_Filesystem_Manager_Uuid"));
  TRESTLE_ASSIGN_OR_RETURN(auto pool, id_of<PoolId>(told, "Pool_Filesystem_Pool_Uuid"));
  return PoolFilesystemUse{PoolFilesystemInfo{.type = told.text_of("Pool_Filesystem_Type"),
                                              .target = told.text_of("Pool_Filesystem_Target"),
                                              .id = std::move(id),
                                              .nfs_base = std::move(base),
                                              .manager = std::move(manager),
                                              .version = told.text_of("Pool_Filesystem_Version"),
                                              .pool = std::move(pool)}};
}

Value describe(const PoolFilesystemInfo& info) {
  return Struct{{"type", describe(info.type)},
                {"target", describe(info.target)},
                {"uuid", describe(info.id)},
                {"nfsbase_uuid", describe(info.nfs_base)},
                {"manager_uuid", describe(info.manager)},
                {"version", describe(info.version)},
                {"pool_uuid", describe(info.pool)}};
}

Value describe(const PoolFilesystemUse& use) {
  return Struct{{"pool_filesystem", describe(use.pool_filesystem)}};
}

}  // namespace trestle::ovm3
