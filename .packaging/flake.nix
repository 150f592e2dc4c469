{
  description = "The AWS IAM console in a terminal, with the IAM and STS emulator that it carries";

  # Use it with `nix run "git+file:.?dir=.packaging"` in a clone.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = "iamtui";
          version = (builtins.fromTOML (builtins.readFile ../Cargo.toml)).package.version;
          src = ../.;
          cargoLock.lockFile = ../Cargo.lock;
          buildType = "dist";
          # The tests listen on loopback and drive terminals, which a sandbox may not let them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            mkdir man && $out/bin/iamtui man --dir man && installManPage man/*.1
            for shell in bash zsh fish; do $out/bin/iamtui completions $shell > iamtui.$shell; done
            installShellCompletion iamtui.{bash,zsh,fish}
          '';
          meta.mainProgram = "iamtui";
        };
      });
    };
}
