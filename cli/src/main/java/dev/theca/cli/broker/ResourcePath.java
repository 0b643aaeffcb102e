package dev.theca.cli.broker;

import dev.theca.broker.RefusalText;
import dev.theca.wire.kbs.Kbs;

/** {@code repository/type/tag}; the repository is the tenant. */
record ResourcePath(String tenant, String type, String tag) {
  static ResourcePath of(String text) {
    if (!Kbs.isResourcePath(text))
      throw new WrongUsage(
          "a resource is named TENANT/TYPE/TAG, such as default/key/one, not "
              + RefusalText.plain(text));
    String[] parts = text.split("/");
    return new ResourcePath(parts[0], parts[1], parts[2]);
  }

  /** Below {@code /theca/v1}. */
  String route() {
    return "theca/v1/tenants/" + tenant + "/resources/" + type + "/" + tag;
  }

  String version(long number) {
    return route() + "/versions/" + number;
  }

  @Override
  public String toString() {
    return tenant + "/" + type + "/" + tag;
  }
}
