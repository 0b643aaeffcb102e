package dev.theca.cli.demo;

import dev.theca.enclave.Bundle;
import dev.theca.enclave.LaunchMap;
import dev.theca.enclave.SigStruct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The two enclave bundles of native mode, agent and mount server, signed by a builder key that
 * lives as long as this object. The trees are made once per build; the app's launch map names the
 * agents that it accepts, so the signer is part of what is measured.
 */
final class Bundles {
  private static final int SVN = 1;
  private static final int MODULUS = 384;
  private static final List<String> JVM =
      List.of(
          "/opt/java/bin/java",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+DisableAttachMechanism",
          "-XX:-CreateCoredumpOnCrash",
          "-Xss256k",
          // The archive of classes lies where it was made for: elsewhere each page of it would be
          // patched, which takes time and makes it memory of this process (decision 0023).
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:SharedArchiveFile=" + ClassArchive.FILE,
          "-Xshare:auto",
          Dist.LOG_FORMAT);

  /**
   * Of the mount server: 96 MiB serve 100 000 inodes, and each further one takes 300 bytes (sealfs
   * reference 11); this is room for 420 000.
   */
  private static final int HEAP_MIB = 192;

  private final Dist dist;
  private final KeyPair builder;

  Bundles(Dist dist) {
    this.dist = dist;
    this.builder = newBuilder();
  }

  private static KeyPair newBuilder() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(MODULUS * 8, BigInteger.valueOf(3)));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no RSA keys", e);
    }
  }

  /** Who signed: what policies and reference values name. */
  String mrSigner() {
    return HexFormat.of().formatHex(SigStruct.mrSigner((RSAPublicKey) builder.getPublic()));
  }

  private static ArrayList<String> jvm() {
    var argv = new ArrayList<>(JVM);
    argv.addAll(ClassArchive.FLAGS);
    return argv;
  }

  /** Writes and signs the agent's bundle; its MRENCLAVE. */
  String agent(Path bundle) {
    var argv = jvm();
    argv.addAll(BulkWork.FLAGS);
    argv.addAll(List.of("-Xmx256m", "-jar", "/opt/theca/lib/" + name("agent")));
    return write(bundle, "agent", LaunchMap.agent(argv), List.of(), Bundle.AGENT_PRODUCT);
  }

  /** Writes and signs the mount server's bundle; its MRENCLAVE. */
  String app(Path bundle) {
    var argv = jvm();
    argv.addAll(BulkWork.COMPILERS);
    argv.addAll(List.of("-Xmx" + HEAP_MIB + "m", "-jar", "/opt/theca/lib/" + name("enclave")));
    argv.addAll(
        List.of(
            "--agent",
            "mrsigner=" + mrSigner() + ",prodid=" + Bundle.AGENT_PRODUCT + ",svn=" + SVN));
    var starter = List.of(dist.bin().resolve("theca-start"));
    return write(bundle, "enclave", LaunchMap.app(argv), starter, Bundle.APP_PRODUCT);
  }

  private String name(String room) {
    return dist.jar(room).getFileName().toString();
  }

  private String write(Path bundle, String room, LaunchMap map, List<Path> extra, int product) {
    Path tree = tree(room, map, extra);
    try {
      Files.createDirectories(bundle);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + bundle, e);
    }
    Commands.run(
        "cp", "-a", "--reflink=auto", tree.toString(), bundle.resolve(Bundle.ROOTFS).toString());
    return HexFormat.of()
        .formatHex(Bundle.seal(bundle, map, builder, product, SVN, LocalDate.now(ZoneOffset.UTC)));
  }

  /** The tree of this build, made when it is missing or older than anything that was built. */
  private Path tree(String room, LaunchMap map, List<Path> extra) {
    Path tree = dist.enclaves().resolve(room);
    try {
      Path made = dist.enclaves().resolve(room + ".made");
      if (Files.exists(tree)
          && Files.exists(made)
          && Files.getLastModifiedTime(made).compareTo(dist.newest()) > 0) return tree;
      Leftovers.remove(tree);
      var directories = new ArrayList<>(List.of("dev", "proc", "tmp"));
      var files = new ArrayList<String>();
      for (String point : map.mountPoints()) {
        if (point.endsWith("/")) directories.add(point.substring(0, point.length() - 1));
        else files.add(point);
      }
      new EnclaveRoot(dist.lib(), dist.java(), dist.enclaves())
          .write(tree, name(room), extra, directories, files, ClassArchive::write);
      Files.writeString(made, "");
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the tree of " + room, e);
    }
  }
}
