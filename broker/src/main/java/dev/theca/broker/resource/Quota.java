package dev.theca.broker.resource;

/**
 * What a tenant may keep, or does keep.
 *
 * @param resources paths
 * @param bytes of all versions together, before sealing
 * @param versions of all resources together
 */
public record Quota(long resources, long bytes, long versions) {
  /** 1,000 resources, 256 MiB, 10,000 versions. */
  public static final Quota DEFAULT = new Quota(1_000, 256L << 20, 10_000);

  static final Quota NONE = new Quota(0, 0, 0);

  Quota plus(Quota other) {
    return new Quota(resources + other.resources, bytes + other.bytes, versions + other.versions);
  }

  boolean isValid() {
    return resources >= 0 && bytes >= 0 && versions >= 0;
  }
}
