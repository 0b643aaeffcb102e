package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonString;
import java.util.List;

/** The reference's {@code [http_server]} as {@code listen}, {@code [tls]} and {@code [limits]}. */
record ReferenceListener(ReferenceForm form) {
  void read(Fields table) {
    var sockets = table.texts("sockets");
    if (!sockets.isEmpty()) form.put("listen", JsonArray.strings(sockets));
    if (table.flag("insecure_http", false)) form.put("insecure_http", new JsonBool(true));
    long megabytes = table.number("payload_request_size", 2, 1, 64);
    form.put("limits", "body_bytes", JsonNumber.of(megabytes << 20));
    form.text(table, "certificate", "tls", "certificate");
    form.text(table, "private_key", "tls", "private_key");
    String profile = table.text("tls_profile", "intermediate");
    if (table.has("tls_profile") && !profile.equals("custom"))
      form.put("tls", "profile", new JsonString(profile));
    form.text(table, "tls_min_version", "tls", "min_version");
    form.text(table, "tls_max_version", "tls", "max_version");
    names(table, "tls_groups", "groups", "[A-Za-z0-9]+");
    names(table, "tls_ciphers", "suites", "TLS_[A-Z0-9_]+");
    ReferenceForm.without(
        table, "worker_count", "no such key: each request has its thread; see [limits] requests");
    form.done(table);
  }

  /** A list, or one text with colons, as OpenSSL has it. */
  private void names(Fields table, String key, String ours, String pattern) {
    if (!table.has(key)) return;
    var names = table.isText(key) ? List.of(table.text(key, "").split(":", -1)) : table.texts(key);
    for (String name : names)
      if (!name.matches(pattern))
        table.wrong(key, "names as Java has them, such as TLS_AES_256_GCM_SHA384", name);
    form.put("tls", ours, JsonArray.strings(names));
  }
}
