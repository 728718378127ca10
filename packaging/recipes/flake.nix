# Nix. Not tried: written after nixpkgs' documentation. Put it at the root of the source tree:
#   cp packaging/recipes/flake.nix . && nix run .# -- find "rain" --dir ~/Sounds
{
  description = "Find any sound by describing it, or by handing over another sound";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      for-all = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in {
      packages = for-all (pkgs:
        let
          page = pkgs.buildNpmPackage {
            pname = "hearken-page";
            version = "0.1.0";
            src = ./web;
            npmDepsHash = pkgs.lib.fakeHash;  # Nix prints the right one
            installPhase = "cp -r dist $out";
          };
        in {
          default = pkgs.stdenv.mkDerivation {
            pname = "hearken";
            version = "0.1.0";
            src = ./.;
            nativeBuildInputs = with pkgs; [ cmake ninja pkg-config ];
            buildInputs = with pkgs; [
              boost cairo cli11 curl expat ffmpeg fmt libebur128 libhwy libvorbis nlohmann_json oneDNN openssl protozero
              soxr sqlite tomlplusplus utf8proc xxHash
            ];
            preConfigure = "cp -r ${page} web/dist";
            cmakeFlags = [ "-DHEARKEN_TESTS=OFF" ];
          };
        });
    };
}
