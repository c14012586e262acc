// SPDX-License-Identifier: Apache-2.0
#include "flows/decoder.h"

#include <algorithm>

#include "flows/endpoint_reader.h"
#include "flows/flow_reader.h"
#include "flows/json_value.h"
#include "flows/text_form.h"

namespace cnplint::flows {

class Decoder::State {
 public:
  explicit State(EndpointCache& known) : known_(known), endpoints_(known) {}

  void decode(std::string_view record, std::size_t padding, const DecodedSink& sink,
              const BadSink& bad) {
    sink_ = &sink;
    bad_ = &bad;
    limit_ = record.data() + record.size() + padding;
    const std::size_t begin = begin_of_json(record);
    if (begin > 0 && is_hubble_text(record.substr(0, begin))) return bad(kHubbleText);
    record.remove_prefix(begin);
    if (record.empty()) return bad("no JSON object");
    while (!record.empty()) record = decode_first(record);
  }

 private:
  enum class Kind { nothing, flow, list, lost, other, stored, nested };

  static std::size_t begin_of_json(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return text.size();
    if (text[first] == '{') return first;
    if (text[first] == '[') {
      const std::size_t next = text.find_first_not_of(" \t\r\n", first + 1);
      if (next != std::string_view::npos && (text[next] == '{' || text[next] == ']')) return first;
    }
    // What a log collector or an agent's log puts before it.
    return std::min({text.find("{\""), text.find('{'), text.size()});
  }

  [[nodiscard]] simdjson::padded_string_view padded(std::string_view text) const {
    return simdjson::padded_string_view(text.data(), text.size(),
                                        static_cast<std::size_t>(limit_ - text.data()));
  }

  void report(simdjson::error_code error) { (*bad_)(error_text(error)); }

  /// How far an object was read.
  enum class Reading { complete, abandoned, broken };

  /// Decodes the first value of the text and returns what stands behind it.
  std::string_view decode_first(std::string_view text) {
    ondemand::json_type type{};
    auto error = parser_.iterate(padded(text)).get(document_);
    if (error == simdjson::SUCCESS) error = document_.type().get(type);
    if (error != simdjson::SUCCESS) {
      report(error);
      return {};
    }
    const Reading reading = type == ondemand::json_type::array
                                ? decode_list(document_.get_array())
                                : decode_object(document_.get_object());
    const char* end = nullptr;
    if (reading != Reading::complete || document_.current_location().get(end) != simdjson::SUCCESS)
      return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n,"), text.size()));
    return text;
  }

  Reading decode_list(simdjson::simdjson_result<ondemand::array> list) {
    ondemand::array items;
    if (const auto error = take(list, items)) {
      report(error);
      return Reading::broken;
    }
    for (auto item : items) {
      ondemand::value value;
      if (const auto error = take(item, value)) {
        report(error);
        return Reading::broken;
      }
      if (decode_object(value.get_object()) == Reading::broken) return Reading::broken;
    }
    return Reading::complete;
  }

  Reading decode_object(simdjson::simdjson_result<ondemand::object> result) {
    ondemand::object object;
    if (const auto error = take(result, object)) {
      if (error != simdjson::INCORRECT_TYPE) {
        report(error);
        return Reading::broken;
      }
      (*bad_)("a value that is no object");
      return Reading::abandoned;
    }
    fields_.begin();
    lost_ = {};
    kind_ = Kind::nothing;
    if (!read_fields(object, true)) {
      const bool broken = fields_.is_broken();
      // The objects of a list were reported one by one.
      if (std::string problem = fields_.take_problem(); kind_ != Kind::list)
        (*bad_)(std::move(problem));
      return broken ? Reading::broken : Reading::abandoned;
    }
    if (kind_ == Kind::nothing && fields_.is_flow()) kind_ = Kind::flow;
    deliver();
    return Reading::complete;
  }

  void deliver() {
    Decoded decoded;
    switch (kind_) {
      case Kind::nothing:
        return (*bad_)("an object that is no flow");
      case Kind::list:
        return;
      case Kind::nested:
        return decode_nested();
      case Kind::flow:
        if (!read_ends()) return (*bad_)(endpoints_.take_problem());
        decoded.flow = &fields_.flow();
        break;
      case Kind::lost:
        decoded.kind = Decoded::Kind::lost_events;
        decoded.lost = lost_;
        break;
      case Kind::other:
        decoded.kind = Decoded::Kind::other_event;
        break;
      case Kind::stored:
        decoded.kind = Decoded::Kind::stored;
        decoded.text = stored_;
        break;
    }
    (*sink_)(decoded);
  }

  /// Gives the flow its ends; false where one of them is wrong.
  bool read_ends() {
    known_.make_room();
    Flow& flow = fields_.flow();
    flow.source = endpoints_.read(fields_.source(), limit_);
    if (flow.source == nullptr) return false;
    flow.destination = endpoints_.read(fields_.destination(), limit_);
    return flow.destination != nullptr;
  }

  /// A log collector's record: the line of the capture is a text in it.
  void decode_nested() {
    if (nested_ == nullptr) nested_ = std::make_unique<State>(known_);
    if (is_nested_) return (*bad_)("a log record inside of a log record");
    nested_->is_nested_ = true;
    nested_buffer_.assign(nested_text_);
    const std::size_t size = nested_buffer_.find_last_not_of(" \t\r\n") + 1;
    nested_buffer_.resize(nested_buffer_.size() + kPadding);
    nested_->decode(std::string_view(nested_buffer_).substr(0, size), nested_buffer_.size() - size,
                    *sink_, *bad_);
  }

  bool read_fields(ondemand::object& object, bool top) {
    return fields_.each_field(object, [&](std::string_view name, Value& value) {
      const Key key = key_of(name);
      if (key == Key::none) return true;
      if (key < Key::time) return !top || read_wrapper(key, name, value);
      // The object around a flow repeats its time and node.
      if (top && kind_ == Kind::flow && fields_.flow().has_time) return true;
      return fields_.read(key, name, value);
    });
  }

  bool read_wrapper(Key key, std::string_view name, Value& value) {
    switch (key) {
      case Key::flow: {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return fields_.wrong(name);
        kind_ = Kind::flow;
        return read_fields(object, false);
      }
      case Key::flows: {
        if (JsonReader::is_null(value)) return true;
        const Reading reading = decode_list(value.get_array());
        kind_ = Kind::list;
        return reading == Reading::complete || fields_.broken(simdjson::TAPE_ERROR);
      }
      case Key::lost_events:
        kind_ = Kind::lost;
        return fields_.fields(name, value, [&](std::string_view inner, Value& count) {
          if (inner != "num_events_lost" && inner != "numEventsLost") return true;
          return fields_.number(inner, count, lost_.count);
        });
      case Key::other_event:
        kind_ = Kind::other;
        return true;
      case Key::stored: {
        kind_ = Kind::stored;
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS ||
            object.raw_json().get(stored_) != simdjson::SUCCESS)
          return fields_.wrong(name);
        return true;
      }
      default:
        if (value.get_string().get(nested_text_) == simdjson::SUCCESS &&
            nested_text_.find('{') != std::string_view::npos && kind_ == Kind::nothing)
          kind_ = Kind::nested;
        return true;
    }
  }

  ondemand::parser parser_;
  ondemand::document document_;
  const char* limit_ = nullptr;  ///< behind the last byte that may be read
  const DecodedSink* sink_ = nullptr;
  const BadSink* bad_ = nullptr;
  FlowReader fields_;
  EndpointCache& known_;
  EndpointReader endpoints_;
  Kind kind_ = Kind::nothing;
  LostEvents lost_;
  std::string_view stored_;
  std::string_view nested_text_;
  std::string nested_buffer_;
  std::unique_ptr<State> nested_;
  bool is_nested_ = false;
};

Decoder::Decoder(EndpointCache& endpoints) : state_(std::make_unique<State>(endpoints)) {}
Decoder::~Decoder() = default;

void Decoder::decode(std::string_view record, std::size_t padding, const DecodedSink& sink,
                     const BadSink& bad) {
  state_->decode(record, padding, sink, bad);
}

}  // namespace cnplint::flows
