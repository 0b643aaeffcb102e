package dev.theca.broker.resource;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why the store of resources and anchors says no. */
public enum ResourceCode implements Code {
  /** Not {@code tenant/type/tag} in the protocol's alphabet. */
  RESOURCE_PATH_MALFORMED,
  /** No such resource, or no such version. */
  RESOURCE_MISSING,
  /** It was there, and its time is over. */
  RESOURCE_EXPIRED,
  /** It was taken back. */
  RESOURCE_REVOKED,
  /** Made here and seen by no human, and it stays so. */
  RESOURCE_GENERATED,
  /** Put by somebody, so that the store cannot make the next version. */
  RESOURCE_NOT_GENERATED,
  /** Another version is the newest than the one that the caller has seen. */
  RESOURCE_VERSION_MOVED,
  RESOURCE_TOO_LARGE,
  RESOURCE_OPTIONS_MALFORMED,
  RECIPE_MALFORMED,
  QUOTA_EXCEEDED,
  QUOTA_MALFORMED,
  /** The anchor is not where the caller last saw it. */
  ANCHOR_MOVED,
  /** The new sequence number is not greater. */
  ANCHOR_NOT_GROWING,
  ANCHOR_MALFORMED,
  ANCHOR_MISSING,
  ANCHOR_QUOTA_EXCEEDED;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
