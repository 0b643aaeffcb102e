package dev.theca.node;

import dev.theca.node.pod.Pods;
import dev.theca.node.runc.Runc;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.launch.LaunchClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** What confidential pods are made from, prepared once. */
final class PodsSetup {
  private PodsSetup() {}

  static Pods.Setup of(NodeConfig config, NodeConfig.Enclaves enclaves) throws IOException {
    var platform = new LaunchClient(enclaves.simulatorSocket());
    byte[] initData = Files.readAllBytes(enclaves.initData());
    Path kept = config.run().resolve("init-data.toml");
    Files.write(kept, initData);
    Path empty = config.run().resolve("empty");
    Files.write(empty, new byte[0]);
    return new Pods.Setup(
        config.run(),
        config.state(),
        enclaves.launcher(),
        new Runc(config.runc(), enclaves.runcRoot()),
        pauseRoot(config.state().resolve("pause"), enclaves.pause()),
        empty,
        platform,
        enclaves.agentBundle(),
        platform.importBundle(enclaves.agentBundle()).orThrow(),
        enclaves.appBundle(),
        platform.importBundle(enclaves.appBundle()).orThrow(),
        kept,
        InitData.parse(initData).orThrow().configIdHex());
  }

  private static Path pauseRoot(Path root, Path pause) throws IOException {
    for (String folder : new String[] {"dev", "proc", "sys", "etc", "run", "tmp"})
      Files.createDirectories(root.resolve(folder));
    Files.copy(pause, root.resolve("pause"), StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(
        root.resolve("pause"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return root;
  }
}
