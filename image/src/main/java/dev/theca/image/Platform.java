package dev.theca.image;

import dev.theca.wire.json.JsonObject;

/** What an image runs on (OCI image-spec, "Image Index", platform). Absent parts are empty. */
public record Platform(String os, String architecture, String variant) {
  /** The only platform that process TEEs have today. */
  public static final Platform LINUX_AMD64 = new Platform("linux", "amd64", "");

  static Platform read(JsonObject json) {
    return new Platform(
        json.string("os").orElse(""),
        json.string("architecture").orElse(""),
        json.string("variant").orElse(""));
  }

  JsonObject json() {
    var out = JsonObject.builder().put("architecture", architecture).put("os", os);
    if (!variant.isEmpty()) out.put("variant", variant);
    return out.build();
  }

  /** Whether an entry for {@code this} can run where {@code wanted} is asked for. */
  public boolean fits(Platform wanted) {
    return os.equals(wanted.os)
        && architecture.equals(wanted.architecture)
        && (wanted.variant.isEmpty() || variant.isEmpty() || variant.equals(wanted.variant));
  }

  /** Reads {@code os/architecture[/variant]}. */
  public static java.util.Optional<Platform> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3) return java.util.Optional.empty();
    for (String part : parts)
      if (!part.matches("[a-z0-9._-]{1,32}")) return java.util.Optional.empty();
    return java.util.Optional.of(
        new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : ""));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
