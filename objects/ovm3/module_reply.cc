// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/module_reply.h"

#include "objects/ovm3/describe.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kCompare =
    "; compare the raw reply (trestle agent call) with the module's version";

tl::unexpected<Error> unexpected_reply(ValueView reply, std::string_view wanted) {
  std::string got = "a value of kind " + std::string(to_string(reply.kind()));
  if (const auto text = reply.string()) got += " ('" + std::string(text->substr(0, 40)) + "')";
  return fail(Code::kBadReply, "the module answered with " + got + " where " + std::string(wanted) +
                                   " is expected" + std::string(kCompare));
}

template <class T, std::size_t N>
Result<T> read_record(const FieldTable<T, N>& table, ValueView reply, std::string_view wanted) {
  if (reply.kind() != Kind::kStruct) return unexpected_reply(reply, wanted);
  T record;
  FieldFailure failure;
  if (!table.read(record, reply, failure)) return fail(field_error(failure, std::string(wanted)));
  return record;
}

/// The exit code must be there: without it nobody knows how the command ended.
struct RawCommandResult {
  std::optional<std::int64_t> rc;
  std::string out;
  std::string err;
};

/// Output is a text as it came, white space too.
template <auto Member>
bool output(RawCommandResult& to, ValueView value, FieldFailure& failure) {
  if (value.is_nil()) return true;
  const auto text = value.string();
  if (!text) return field::fails(failure, "a text", value);
  (to.*Member).assign(*text);
  return true;
}

constexpr auto kCommandFields = field_table<RawCommandResult>({
    {"rc", field::plain<&RawCommandResult::rc>},
    {"out", output<&RawCommandResult::out>},
    {"err", output<&RawCommandResult::err>},
});

constexpr auto kHostFields = field_table<HostStats>({
    {"cpu", field::plain<&HostStats::cpu_busy_percent>},
    {"free", field::plain<&HostStats::free>},
    {"total", field::plain<&HostStats::total>},
    {"rx", field::plain<&HostStats::packets_named_rx>},
    {"tx", field::plain<&HostStats::packets_named_tx>},
});

template <auto Member>
bool guest_time(GuestStats& out, ValueView value, FieldFailure& failure) {
  constexpr double kNanosecondsPerSecond = 1e9;
  if (!field::plain<Member>(out, value, failure)) return false;
  const auto text = value.string();
  const bool is_whole =
      value.integer().has_value() || (text && text->find_first_of(".eE") == std::string_view::npos);
  if (out.*Member && is_whole) *(out.*Member) /= kNanosecondsPerSecond;
  return true;
}

constexpr auto kGuestFields = field_table<GuestStats>({
    {"vcpus", field::plain<&GuestStats::vcpus>},
    {"cputime", guest_time<&GuestStats::cpu_time>},
    {"uptime", guest_time<&GuestStats::uptime>},
    {"rd_bytes", field::plain<&GuestStats::disk_read>},
    {"wr_bytes", field::plain<&GuestStats::disk_written>},
    {"rd_ops", field::plain<&GuestStats::disk_reads>},
    {"wr_ops", field::plain<&GuestStats::disk_writes>},
    {"rx_bytes", field::plain<&GuestStats::host_received>},
    {"tx_bytes", field::plain<&GuestStats::host_sent>},
});

constexpr auto kInterfaceFields = field_table<VswitchInterface>({
    {"name", field::text<&VswitchInterface::name>},
    {"mac", field::text<&VswitchInterface::mac>},
    {"bridge", field::text<&VswitchInterface::bridge>},
    {"ip", field::text<&VswitchInterface::ip>},
    {"mask", field::plain<&VswitchInterface::prefix_length>},
});

Value seconds(const std::optional<Seconds>& span) {
  return span ? Value(span->count()) : Value(Nil{});
}

}  // namespace

std::string_view to_string(BridgeType type) {
  return type == BridgeType::kOpenVswitch ? "openvswitch" : "linuxbridge";
}

Result<bool> read_module_flag(ValueView reply) {
  if (const auto flag = reply.boolean()) return *flag;
  return unexpected_reply(reply, "true or false");
}

Result<std::string> read_module_text(ValueView reply) {
  if (const auto text = reply.string()) return std::string(trimmed(*text));
  return unexpected_reply(reply, "a text");
}

Result<std::optional<std::uint16_t>> read_vnc_port(ValueView reply) {
  constexpr std::uint64_t kLastPort = 65535;
  const auto text = reply.string();
  if (reply.is_nil() || (text && trimmed(*text).empty())) return std::optional<std::uint16_t>();
  const auto port = to_unsigned(reply);
  if (!port || *port > kLastPort) return unexpected_reply(reply, "a VNC port");
  if (*port == 0) return std::optional<std::uint16_t>();
  return std::optional<std::uint16_t>(static_cast<std::uint16_t>(*port));
}

Result<CommandResult> read_command_result(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(RawCommandResult raw,
                           read_record(kCommandFields, reply, "the result of a command"));
  if (!raw.rc) {
    return fail(Code::kBadReply,
                "the module gave no exit code of the command" + std::string(kCompare));
  }
  return CommandResult{.rc = *raw.rc, .out = std::move(raw.out), .err = std::move(raw.err)};
}

Result<HostStats> read_host_stats(ValueView reply) {
  return read_record(kHostFields, reply, "the figures of a host");
}

Result<GuestStats> read_guest_stats(ValueView reply) {
  return read_record(kGuestFields, reply, "the figures of a guest");
}

Result<HeartbeatStart> read_heartbeat_start(ValueView reply) {
  if (reply.kind() != Kind::kArray || reply.size() != 2) {
    return unexpected_reply(reply, "an array of two booleans");
  }
  auto item = reply.begin();
  const auto was_running = (*item).boolean();
  const auto started_now = (*++item).boolean();
  if (!was_running || !started_now) return unexpected_reply(reply, "an array of two booleans");
  return HeartbeatStart{.was_running = *was_running, .started_now = *started_now};
}

Result<std::optional<VswitchInterface>> read_vswitch_interface(ValueView reply) {
  if (reply.is_nil()) return std::optional<VswitchInterface>();
  TRESTLE_ASSIGN_OR_RETURN(VswitchInterface interface,
                           read_record(kInterfaceFields, reply, "an interface"));
  return std::optional<VswitchInterface>(std::move(interface));
}

Result<BridgeType> read_bridge_type(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, read_module_text(reply));
  for (const BridgeType type : {BridgeType::kLinuxBridge, BridgeType::kOpenVswitch}) {
    if (text == to_string(type)) return type;
  }
  return unexpected_reply(reply, "linuxbridge or openvswitch");
}

Result<MadeFolder> read_made_folder(ValueView reply) {
  if (reply.is_nil()) return MadeFolder::kMade;
  if (reply.boolean() == true) return MadeFolder::kExisted;
  return unexpected_reply(reply, "nil (made) or true (existed)");
}

Value describe(const CommandResult& result) {
  return Struct{{"rc", result.rc}, {"out", result.out}, {"err", result.err}};
}

Value describe(const HostStats& stats) {
  return Struct{{"cpu", describe(stats.cpu_busy_percent)},
                {"free", describe(stats.free)},
                {"total", describe(stats.total)},
                {"rx", describe(stats.packets_named_rx)},
                {"tx", describe(stats.packets_named_tx)}};
}

Value describe(const GuestStats& stats) {
  return Struct{
      {"vcpus", describe(stats.vcpus)},           {"cputime_seconds", seconds(stats.cpu_time)},
      {"uptime_seconds", seconds(stats.uptime)},  {"rd_bytes", describe(stats.disk_read)},
      {"wr_bytes", describe(stats.disk_written)}, {"rd_ops", describe(stats.disk_reads)},
      {"wr_ops", describe(stats.disk_writes)},    {"rx_bytes", describe(stats.host_received)},
      {"tx_bytes", describe(stats.host_sent)}};
}

Value describe(const HeartbeatStart& start) {
  return Struct{{"was_running", start.was_running}, {"started_now", start.started_now}};
}

Value describe(const VswitchInterface& interface) {
  const Value ip = interface.ip.empty() ? Value(Nil{}) : Value(interface.ip);
  return Struct{{"name", interface.name},
                {"mac", interface.mac},
                {"bridge", interface.bridge},
                {"ip", ip},
                {"prefix_length", describe(interface.prefix_length)}};
}

Value describe(BridgeType type) { return to_string(type); }

Value describe(MadeFolder made) {
  return Struct{{"made", made == MadeFolder::kMade}, {"existed", made == MadeFolder::kExisted}};
}

Value describe_vnc_port(std::optional<std::uint16_t> port) {
  return Struct{{"port", describe(port)}};
}

}  // namespace trestle::ovm3
