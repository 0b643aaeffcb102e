package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.proto.ProtoException;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Plugins of others, over gRPC: {@code /external/<backend>/<path...>} goes to the backend of that
 * name, which decides for each request whether it is an administrator's and whether the answer is
 * encrypted. Status and content type of its answers are given on; errors become ErrorInformation. A
 * backend that does not answer is 503, one that answers nonsense 502, one that is late 504.
 */
final class ExternalPlugin implements Plugin {
  private static final String NAME = "external";
  private static final String VARIANT = "PluginInternalError";
  private static final Pattern BACKEND = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern CONTENT_TYPE = Pattern.compile("[ -~]{1,128}");
  private static final int MAX_DETAIL = 500;

  private final Map<String, ExternalBackend> backends;
  private final Meter meter;

  private ExternalPlugin(Map<String, ExternalBackend> backends, Meter meter) {
    this.backends = Map.copyOf(backends);
    this.meter = meter;
  }

  static Outcome<Plugin> of(Fields settings, Meter meter) {
    var endpoints = new LinkedHashMap<String, ExternalBackend.Endpoint>();
    for (JsonValue table : settings.list("backends")) {
      var backend = settings.object("backends", table);
      var endpoint = endpoint(backend);
      if (endpoints.put(endpoint.name(), endpoint) != null)
        backend.wrong("name", "a name of its own", "'" + endpoint.name() + "' again");
      settings.take(backend);
    }
    if (endpoints.isEmpty()) settings.wrong("backends", "at least one", "none");
    return settings.make(
        () -> {
          var opened = new LinkedHashMap<String, ExternalBackend>();
          try {
            endpoints.forEach((name, endpoint) -> opened.put(name, new ExternalBackend(endpoint)));
          } catch (IllegalArgumentException e) {
            opened.values().forEach(ExternalBackend::close);
            return PluginCode.BAD_PLUGIN_SETTINGS.refuse(
                "plugin external",
                "readable certificates of authorities",
                String.valueOf(e.getMessage()),
                "correct ca_cert_path");
          }
          return Outcome.granted(new ExternalPlugin(opened, meter));
        });
  }

  private static ExternalBackend.Endpoint endpoint(Fields in) {
    String name = in.text("name");
    if (!BACKEND.matcher(name).matches())
      in.wrong("name", "letters, digits, dashes and underscores", "another");
    var uri = uri(in, in.text("endpoint"));
    var ca = in.file("ca_cert_path");
    boolean insecure = in.flag("insecure", false);
    if (uri.getScheme().equals("http") && !loopback(uri.getHost()) && !insecure)
      in.wrong("endpoint", "https://, or http:// on loopback", "http:// to another host");
    if (uri.getScheme().equals("https") && ca.isEmpty())
      in.wrong("ca_cert_path", "the authority's certificates in PEM", "absent");
    long limit = in.number("timeout_ms", 5000, 10, 60_000);
    int max = (int) in.number("max_message_bytes", 4 << 20, 1024, 64 << 20);
    return new ExternalBackend.Endpoint(name, uri, ca, Duration.ofMillis(limit), max);
  }

  private static URI uri(Fields in, String text) {
    try {
      var uri = new URI(text);
      if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && List.of("", "/").contains(uri.getRawPath())
          && uri.getRawQuery() == null
          && uri.getRawUserInfo() == null) return uri;
    } catch (URISyntaxException e) {
      in.wrong("endpoint", "a URL", "no URL");
      return URI.create("https://invalid.invalid");
    }
    in.wrong("endpoint", "http://host:port or https://host:port", "another form");
    return URI.create("https://invalid.invalid");
  }

  /** By literal, so that no name server is asked. */
  private static boolean loopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean needsAdmin(Call call) {
    return backend(call).map(b -> ask(call, b, backend -> backend.needsAdmin(call))).orElse(false);
  }

  @Override
  public boolean encrypts(Call call) {
    return backend(call)
        .map(b -> ask(call, b, backend -> backend.needsEncryption(call)))
        .orElse(false);
  }

  private Optional<ExternalBackend> backend(Call call) {
    return call.path().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(backends.get(call.path().getFirst()));
  }

  private static boolean ask(
      Call call, ExternalBackend backend, Function<ExternalBackend, Boolean> question) {
    try {
      return question.apply(backend);
    } catch (StatusRuntimeException | ProtoException e) {
      throw new Unavailable("backend " + call.path().getFirst() + " does not answer", e);
    }
  }

  @Override
  public Answer handle(Call call) {
    var backend = backend(call);
    if (backend.isEmpty()) return Answers.unknown(NAME);
    String label = call.path().getFirst();
    long start = System.nanoTime();
    var answer = handle(call, backend.get());
    meter.count("kbs_plugin_requests_total", "plugin_name", label);
    if (answer.status() >= 500) meter.count("kbs_plugin_errors_total", "plugin_name", label);
    meter.observe(
        "kbs_plugin_request_duration_seconds",
        (System.nanoTime() - start) / 1e9,
        "plugin_name",
        label);
    return answer;
  }

  private static Answer handle(Call call, ExternalBackend backend) {
    String who = "backend " + call.path().getFirst();
    try {
      return answer(who, backend.handle(call));
    } catch (StatusRuntimeException e) {
      return switch (e.getStatus().getCode()) {
        case UNAVAILABLE -> Answer.error(503, VARIANT, who + " cannot be reached");
        case DEADLINE_EXCEEDED -> Answer.error(504, VARIANT, who + " did not answer in time");
        default -> Answer.error(502, VARIANT, who + " failed: " + e.getStatus().getCode());
      };
    } catch (ProtoException e) {
      return Answer.error(502, VARIANT, who + " answered with no protobuf message");
    }
  }

  /** Status 0 or 2xx is well; 4xx and 5xx are errors; there is no other (section 7.5). */
  private static Answer answer(String who, ExternalBackend.Handled handled) {
    int status = handled.status() == 0 ? 200 : handled.status();
    if (status < 200 || status > 599 || status / 100 == 3)
      return Answer.error(502, VARIANT, who + " answered with status " + status);
    if (status < 300)
      return new Answer(
          status,
          CONTENT_TYPE.matcher(handled.contentType()).matches()
              ? handled.contentType()
              : "application/octet-stream",
          Map.of(),
          handled.body());
    boolean informed =
        Json.object(handled.body())
            .map(json -> json.string("type").isPresent() && json.string("detail").isPresent())
            .equals(Outcome.granted(true));
    if (informed) return new Answer(status, "application/json", Map.of(), handled.body());
    String said = new String(handled.body(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
    String detail = said.length() > MAX_DETAIL ? said.substring(0, MAX_DETAIL) : said;
    return Answer.error(status, VARIANT, detail.isBlank() ? who + " refused" : detail);
  }

  @Override
  public void close() {
    backends.values().forEach(ExternalBackend::close);
  }
}
