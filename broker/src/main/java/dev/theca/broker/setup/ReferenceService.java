package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import java.util.List;

/** The reference's {@code [attestation_service]} as {@code session_minutes} and {@code [token]}. */
record ReferenceService(ReferenceForm form) {
  void read(Fields table) {
    String type = table.text("type", "coco_as_builtin");
    if (!type.equals("coco_as_builtin"))
      table.wrong("type", "coco_as_builtin: evidence is judged in this process", type);
    if (table.has("timeout"))
      form.put("session_minutes", JsonNumber.of(table.number("timeout", 5, 1, 60)));
    tokens(table);
    var references = table.table("rvps_config");
    String where = references.text("type", "BuiltIn");
    if (!ReferenceStorage.word(where).equals("builtin"))
      references.wrong("type", "BuiltIn: reference values are kept here", where);
    for (String key : List.of("extractors", "storage_type", "address")) references.has(key);
    table.take(references);
    table.has("storage_type");
    ReferenceForm.without(table, "verifier_config", "[collateral], [[roots]] and [anchors]");
    for (String key : List.of("as_addr", "pool_size", "base_url", "api_key", "certs_file"))
      ReferenceForm.without(table, key, "no such key: evidence is judged in this process");
    form.done(table);
  }

  private void tokens(Fields table) {
    var token = table.table("attestation_token_broker");
    if (token.has("duration_min"))
      form.put("token", "life_minutes", JsonNumber.of(token.number("duration_min", 5, 1, 60)));
    form.text(token, "issuer_name", "token", "issuer");
    form.text(token, "developer_name", "token", "developer");
    if (token.has("verbose_token"))
      form.put("token", "verbose", new JsonBool(token.flag("verbose_token", true)));
    ReferenceForm.without(token, "build_name", "no such key: it names this program");
    ReferenceForm.without(token, "profile_name", "no such key: it is what clients expect");
    var signer = token.table("signer");
    form.text(signer, "key_path", "token", "private_key");
    form.text(signer, "cert_path", "token", "certificate_chain");
    if (signer.has("cert_url") && !signer.has("key_path"))
      signer.wrong("cert_url", "with key_path and cert_path", "alone");
    else form.text(signer, "cert_url", "token", "certificate_url");
    token.take(signer);
    table.take(token);
  }
}
