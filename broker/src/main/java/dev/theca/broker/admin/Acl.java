package dev.theca.broker.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;

/**
 * One line of the reference's {@code regex_acl}: a role may send any method to the paths that the
 * pattern describes as a whole. The reference searches within path and query instead, so that some
 * patterns allow less here; none allows more.
 */
record Acl(String role, Pattern endpoints) {
  static Outcome<Acl> parse(JsonObject json) {
    var fields = new Fields(AdminCode.SETTINGS, "regex_acl.acls", json);
    String role = fields.text("role");
    String text = fields.text("allowed_endpoints");
    if (!text.startsWith("^/kbs") || !text.endsWith("$"))
      fields.wrong("allowed_endpoints", "a pattern from ^/kbs to $", Words.shown(text));
    Pattern pattern;
    try {
      pattern = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      fields.wrong("allowed_endpoints", "a regular expression (RE2)", Words.shown(text));
      pattern = Pattern.compile("^$");
    }
    var endpoints = pattern;
    return fields.done(() -> new Acl(role, endpoints));
  }

  /** An alternative without brackets, {@code ^/kbs/a$|b$}, must not escape its anchors. */
  boolean allows(String role, String path) {
    return this.role.equals(role)
        && path.startsWith("/kbs/v0/")
        && endpoints.matcher(path).matches();
  }
}
