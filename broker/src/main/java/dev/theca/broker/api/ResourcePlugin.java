package dev.theca.broker.api;

import dev.theca.broker.http.Answer;
import dev.theca.broker.kbs.Answers;
import dev.theca.broker.resource.PutOptions;
import dev.theca.broker.resource.ResourceCode;
import dev.theca.broker.resource.ResourceStore;
import dev.theca.broker.resource.ResourceValue;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.secret.Secret;
import java.util.List;

/**
 * {@code /kbs/v0/resource/REPOSITORY/TYPE/TAG}: attested clients get, administrators set and
 * delete. {@code ?version=N} asks for one version.
 */
public final class ResourcePlugin implements Plugin {
  private final ResourceStore store;
  private final Meter meter;

  public ResourcePlugin(ResourceStore store, Meter meter) {
    this.store = store;
    this.meter = meter;
  }

  @Override
  public String name() {
    return "resource";
  }

  @Override
  public boolean needsAdmin(Call call) {
    return !call.method().equals("GET");
  }

  @Override
  public boolean encrypts(Call call) {
    return true;
  }

  /** The store appends its changes itself. */
  @Override
  public boolean recordsChanges() {
    return true;
  }

  @Override
  public Answer handle(Call call) {
    String path = String.join("/", call.path());
    if (!Kbs.isResourcePath(path))
      return Answer.error(400, "InvalidRequestPath", "a resource is named repository/type/tag");
    return switch (call.method()) {
      case "GET" -> {
        meter.count("kbs_resource_reads_total", "resource_path", path);
        yield get(path, call.query().getOrDefault("version", ""));
      }
      case "POST" -> {
        meter.count("kbs_resource_writes_total", "resource_path", path);
        yield put(path, call);
      }
      case "DELETE" -> {
        meter.count("kbs_resource_deletes_total", "resource_path", path);
        yield answer(store.delete(path, call.actor()).map(count -> Answer.empty()));
      }
      default ->
          Answer.error(405, "HTTPFailed", "GET, POST or DELETE").with("Allow", "DELETE, GET, POST");
    };
  }

  private Answer get(String path, String version) {
    if (!version.matches("[0-9]{0,15}"))
      return Answer.error(400, "InvalidRequestPath", "a version is a whole number");
    var value = version.isEmpty() ? store.get(path) : store.get(path, Long.parseLong(version));
    return answer(value.map(ResourcePlugin::given));
  }

  /** The caller encrypts and zeroes the body. */
  private static Answer given(ResourceValue value) {
    try (value) {
      return value.value().lend(bytes -> Answer.bytes("application/octet-stream", bytes.clone()));
    }
  }

  private Answer put(String path, Call call) {
    try (var value = Secret.moveFrom(call.body())) {
      return answer(
          store.put(path, value, PutOptions.DEFAULT, call.actor()).map(info -> Answer.empty()));
    }
  }

  private static Answer answer(Outcome<Answer> outcome) {
    return switch (outcome) {
      case Outcome.Granted<Answer>(var answer) -> answer;
      case Outcome.Refused<Answer>(var why) -> refused(why);
    };
  }

  private static Answer refused(List<Refusal> why) {
    Code code = why.getFirst().code();
    if (!(code instanceof ResourceCode known))
      return Answers.refused(400, "PluginInternalError", why);
    return switch (known) {
      case RESOURCE_MISSING, RESOURCE_EXPIRED, RESOURCE_REVOKED ->
          Answers.refused(404, "ResourceNotFound", why);
      case RESOURCE_TOO_LARGE, QUOTA_EXCEEDED -> Answers.refused(413, "ResourceError", why);
      case RESOURCE_VERSION_MOVED -> Answers.refused(409, "ResourceError", why);
      case RESOURCE_PATH_MALFORMED,
          RESOURCE_GENERATED,
          RESOURCE_NOT_GENERATED,
          RESOURCE_OPTIONS_MALFORMED,
          RECIPE_MALFORMED,
          QUOTA_MALFORMED,
          ANCHOR_MOVED,
          ANCHOR_NOT_GROWING,
          ANCHOR_MALFORMED,
          ANCHOR_MISSING,
          ANCHOR_QUOTA_EXCEEDED ->
          Answers.refused(400, "ResourceError", why);
    };
  }
}
