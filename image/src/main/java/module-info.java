import org.jspecify.annotations.NullMarked;

/**
 * From registry bytes to a trusted tree and back. Wings: {@code remote} registries, {@code local}
 * layouts and archives, {@code crypt} ocicrypt, {@code tar}, {@code unpack} streams and sinks,
 * {@code sign} policies and signatures, {@code copy} copying and sealing, {@code spi} what other
 * modules bring (OpenPGP, CMS, PKCS#11, key providers, a faster zstd).
 */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"})
module dev.theca.image {
  requires static org.jspecify;
  requires transitive dev.theca.wire;
  requires transitive dev.theca.linux;
  requires java.net.http;

  exports dev.theca.image to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.build to
      dev.theca.cli,
      dev.theca.registry;
  exports dev.theca.image.copy to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.registry;
  exports dev.theca.image.crypt to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.local to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.pull to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.registry;
  exports dev.theca.image.remote to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.sign to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.spi to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.tar to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
  exports dev.theca.image.unpack to
      dev.theca.agent,
      dev.theca.cli,
      dev.theca.interop,
      dev.theca.registry;
}
