import org.jspecify.annotations.NullMarked;

/**
 * What images made by other tools need beyond the JDK: OpenPGP, CMS and PKCS#11 key wraps, key
 * providers over gRPC, YAML, a native zstd. It sits behind the interfaces of {@code image.spi}, is
 * loaded by owner rooms only, and never enters an enclave.
 */
@NullMarked
@SuppressWarnings({"module", "requires-automatic"})
module dev.theca.interop {
  requires static org.jspecify;
  requires transitive dev.theca.image;
  requires transitive dev.theca.wire;
  requires com.github.luben.zstd_jni;
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.stub;
  requires io.netty.common;
  requires io.netty.transport;
  requires java.net.http;
  requires jdk.crypto.cryptoki;
  requires org.bouncycastle.pg;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.snakeyaml.engine.v2;

  exports dev.theca.interop to
      dev.theca.cli;
  exports dev.theca.interop.crypt to
      dev.theca.cli;
  exports dev.theca.interop.sign to
      dev.theca.cli;
}
