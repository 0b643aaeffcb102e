package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code providers.aws.sign_req}: version 4 of the signatures of Amazon Web Services. */
public final class RequestSigning {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String DIGEST = "x-amz-content-sha256";

  /** Headers that a proxy may change. */
  private static final Set<String> IGNORED =
      Set.of("authorization", "user-agent", "x-amzn-trace-id");

  private static final List<String> REQUIRED =
      List.of("aws_service", "aws_access_key", "aws_secret_access_key", "aws_region");

  /** What {@code http.send} takes. */
  private static final Set<String> REQUEST =
      Set.of(
          "method",
          "url",
          "body",
          "raw_body",
          "headers",
          "enable_redirect",
          "force_json_decode",
          "force_yaml_decode",
          "tls_use_system_certs",
          "tls_ca_cert",
          "tls_ca_cert_file",
          "tls_ca_cert_env_variable",
          "tls_client_cert",
          "tls_client_cert_file",
          "tls_client_cert_env_variable",
          "tls_client_key",
          "tls_client_key_file",
          "tls_client_key_env_variable",
          "tls_insecure_skip_verify",
          "tls_server_name",
          "timeout",
          "cache",
          "force_cache",
          "force_cache_duration_seconds",
          "raise_error",
          "caching_mode",
          "max_retry_attempts",
          "cache_ignored_headers");

  private RequestSigning() {}

  /** The function. */
  public static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "providers.aws.sign_req", "object, object, number -> object", RequestSigning::sign));
  }

  private static Value sign(Calling context, Value[] a) throws BuiltinFault {
    var request = (ObjectValue) a[0];
    var config = (ObjectValue) a[1];
    checkConfig(config);
    var now = time((NumberValue) a[2]);
    checkRequest(request);
    var headers = ObjectValue.EMPTY;
    Value given = request.get("headers");
    if (given instanceof ObjectValue object) headers = object;
    else if (given != null)
      throw BuiltinFault.operand("operand 0 must be object but got " + given.kind().word());
    byte[] body = body(request);
    context.spend(body.length + 10L * headers.size());
    boolean unsigned = false;
    Value disabled = config.get("disable_payload_signing");
    if (disabled instanceof BoolValue flag) unsigned = flag.value();
    else if (disabled != null)
      throw BuiltinFault.operand(
          "operand 2 invalid value for 'disable_payload_signing' in AWS config");
    String digest = unsigned ? "UNSIGNED-PAYLOAD" : hex(Hash.SHA256.digest(body));
    return signed(request, config, headers, digest, now);
  }

  private static Value signed(
      ObjectValue request,
      ObjectValue config,
      ObjectValue headers,
      String digest,
      LocalDateTime now)
      throws BuiltinFault {
    var uri = Uri.parse(text(request, "url"));
    String service = text(config, "aws_service");
    String day =
        String.format(
            Locale.ROOT, "%04d%02d%02d", now.getYear(), now.getMonthValue(), now.getDayOfMonth());
    String moment =
        day
            + String.format(
                Locale.ROOT, "T%02d%02d%02dZ", now.getHour(), now.getMinute(), now.getSecond());
    var added = new HashMap<String, String>();
    added.put("host", uri.host());
    added.put("x-amz-date", moment);
    if (service.equals("s3") || service.equals("glacier")) added.put(DIGEST, digest);
    String session = text(config, "aws_session_token");
    if (!session.isEmpty()) added.put("x-amz-security-token", session);
    var all = new TreeMap<String, String>(added);
    var shown = new HashMap<Value, Value>();
    headers.forEach(
        (name, value) -> {
          String key = text(name);
          shown.put(Value.of(key), Value.of(text(value)));
          String lower = key.toLowerCase(Locale.ROOT);
          if (!IGNORED.contains(lower)) all.put(lower, text(value));
        });
    var canonical = new StringBuilder(text(request, "method")).append('\n');
    canonical.append(uri.escapedPath()).append('\n').append(uri.query()).append('\n');
    all.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", all.keySet());
    canonical.append('\n').append(names).append('\n').append(digest);
    String scope = day + "/" + text(config, "aws_region") + "/" + service + "/aws4_request";
    String statement =
        String.join(
            "\n", ALGORITHM, moment, scope, hex(Hash.SHA256.digest(bytes(canonical.toString()))));
    String authorization =
        ALGORITHM
            + " Credential="
            + text(config, "aws_access_key")
            + "/"
            + scope
            + ",SignedHeaders="
            + names
            + ",Signature="
            + hex(Hash.SHA256.mac(key(config, scope), bytes(statement)));
    shown.put(Value.of("Authorization"), Value.of(authorization));
    added.forEach((name, value) -> shown.put(Value.of(name), Value.of(value)));
    Map<Value, Value> members = new HashMap<>(request.members());
    members.put(Value.of("headers"), ObjectValue.owning(shown));
    return ObjectValue.owning(members);
  }

  /** The secret, bound to day, region and service one after the other. */
  private static byte[] key(ObjectValue config, String scope) {
    byte[] key = bytes("AWS4" + text(config, "aws_secret_access_key"));
    String day = scope.substring(0, scope.indexOf('/'));
    for (String part :
        List.of(day, text(config, "aws_region"), text(config, "aws_service"), "aws4_request"))
      key = Hash.SHA256.mac(key, bytes(part));
    return key;
  }

  private static void checkConfig(ObjectValue config) throws BuiltinFault {
    var missing = new HashSet<Value>();
    var invalid = new HashSet<Value>();
    for (String name : REQUIRED) {
      Value value = config.get(name);
      if (value == null) missing.add(Value.of(name));
      else if (!(value instanceof TextValue)) invalid.add(Value.of(name));
    }
    fault("operand 2 missing required AWS config parameters(s): ", missing);
    fault("operand 2 invalid values for required AWS config parameters(s): ", invalid);
  }

  private static void checkRequest(ObjectValue request) throws BuiltinFault {
    var strange = new HashSet<Value>();
    for (Value name : request.keys())
      if (!(name instanceof TextValue(String text)) || !REQUEST.contains(text)) strange.add(name);
    fault("operand 1 invalid request parameters(s): ", strange);
    var missing = new HashSet<Value>();
    var invalid = new HashSet<Value>();
    for (String name : List.of("method", "url")) {
      Value value = request.get(name);
      if (value == null) missing.add(Value.of(name));
      else if (!(value instanceof TextValue)) invalid.add(Value.of(name));
    }
    fault("operand 1 missing required request parameters(s): ", missing);
    fault("operand 1 invalid values for required request parameters(s): ", invalid);
  }

  private static void fault(String message, Set<Value> names) throws BuiltinFault {
    if (!names.isEmpty()) throw BuiltinFault.operand(message + SetValue.owning(names));
  }

  private static LocalDateTime time(NumberValue nanos) throws BuiltinFault {
    try {
      long exact = nanos.isLong() ? nanos.longValue() : nanos.decimal().longValueExact();
      return LocalDateTime.ofInstant(Instant.ofEpochSecond(0, exact), ZoneOffset.UTC);
    } catch (ArithmeticException e) {
      throw BuiltinFault.operand("operand 3 could not convert time_ns value into a unix timestamp");
    }
  }

  private static byte[] body(ObjectValue request) {
    Value raw = request.get("raw_body");
    if (raw != null) return bytes(text(raw));
    Value body = request.get("body");
    return body == null ? new byte[0] : bytes(JsonText.of(body));
  }

  private static String text(ObjectValue object, String name) {
    return text(object.get(name));
  }

  /** Empty where it is no string. */
  private static String text(@Nullable Value value) {
    return value instanceof TextValue(String text) ? text : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
