import org.jspecify.annotations.NullMarked;

/** Where endorsements come from: the network side of evidence. */
@NullMarked
module dev.theca.collateral {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.evidence;
  requires java.net.http;

  exports dev.theca.collateral;
}
