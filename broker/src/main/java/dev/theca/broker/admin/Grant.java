package dev.theca.broker.admin;

/**
 * A role that somebody holds, everywhere or in one tenant only. Written {@code auditor} or {@code
 * resource-owner@team-a}; a role's name never holds {@code @}.
 *
 * @param tenant empty text: not bound to a tenant
 */
record Grant(String role, String tenant) {
  @Override
  public String toString() {
    return tenant.isEmpty() ? role : role + "@" + tenant;
  }

  static Grant parse(String text) {
    int at = text.indexOf('@');
    return at < 0 ? new Grant(text, "") : new Grant(text.substring(0, at), text.substring(at + 1));
  }
}
