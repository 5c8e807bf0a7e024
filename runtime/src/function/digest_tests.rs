use super::*;

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("below 16");
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// From another implementation, at lengths around the ends of blocks.
#[test]
fn digests() {
    let arena = Bump::new();
    for (len, md5, sha224, sha256) in [
        (
            0,
            "d41d8cd98f00b204e9800998ecf8427e",
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            3,
            "b95f67f61ebb03619622d798f45fc2d3",
            "e615202185aabe2aca924bec29e5a12384f8339eae4e64c9cba9f1da",
            "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc",
        ),
        (
            55,
            "6912ee65fff2d9f9ce2508cddf8bcda0",
            "8991dfba74284e04dc7581c7c3e4068ff6cb7a63733361429834bb56",
            "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59",
        ),
        (
            56,
            "51fdd1acda72405dfdfa03fcb85896d7",
            "2b2cd637c16ad7290bb067ad7d8fd04e204fa43a84366afc7130f4ef",
            "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562",
        ),
        (
            63,
            "48a6295221902e8e0938f773a7185e72",
            "049e8dd7eab3378ce9f823bfb569e5b270235d4b7f9623606971998f",
            "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488",
        ),
        (
            64,
            "b2d3f56bc197fd985d5965079b5e7148",
            "c37b88a3522dbf7ac30d1c68ea397ac11d4773571aed01ddab73531e",
            "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108",
        ),
        (
            65,
            "8bd7053801c768420faf816fadba971c",
            "114b5fd665736a96585c5d5837d35250aed73c725252cbf7f8b121f6",
            "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781",
        ),
        (
            119,
            "1c772251899a7ff007400b888d6b2042",
            "762f18c0df65c3d0ea64126c8a6e51db4425e76d4d969ed0f83899be",
            "da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6",
        ),
        (
            120,
            "b7ba1efc6022e9ed272f00b8831e26e6",
            "d022deb78772a77e8b91d68f90ca1f636e8fe047ae219434ced18eef",
            "f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c",
        ),
        (
            200,
            "fb7001d34b8e82c9b579be5005d5b0a5",
            "ab3e334a37953e18f4f673736dddb64e850bfdf29d5a7ba268c567d9",
            "1901da1c9f699b48f6b2636e65cbf73abf99d0441ef67f5c540a42f7051dec6f",
        ),
    ] {
        let message: Vec<u8> = (0..len).collect();
        assert_eq!(md5_of_bytes(&message, &arena), md5, "{len}");
        assert_eq!(hex(super::sha224(&message, &arena)), sha224, "{len}");
        assert_eq!(hex(super::sha256(&message, &arena)), sha256, "{len}");
    }
}

/// The ends of the digests are enough to tell them.
#[test]
fn long_digests() {
    let arena = Bump::new();
    for (len, sha384, sha512) in [
        (
            0,
            "274edebfe76f65fbd51ad2f14898b95b",
            "63b931bd47417a81a538327af927da3e",
        ),
        (
            3,
            "ea29eab6a279f8b08437703ce0b4b91a",
            "1b614cda265f87a473c24b0fa1d91dfd",
        ),
        (
            111,
            "d4b59f5578c6f531a84f158a33660cef",
            "f7acf1974a73014d9c3953812edc7c8d",
        ),
        (
            112,
            "5d627259a9aa2fd33ca06d3c14ee5548",
            "d5c4f236be444e77d30d1916174070b9",
        ),
        (
            127,
            "a4d7fd15f9b96dea2744df24141ba2ef",
            "8acf830aa0e4f71777bd2d44f504f7f0",
        ),
        (
            128,
            "41d5dfcff65a417b6d7296863ac0ec17",
            "abd13491cb824d61b08d8c0e1561b3f7",
        ),
        (
            129,
            "8b1c89fcdb77a0db9f1feb901d47fc73",
            "425954ce2cba0c5cc83f2667d878eb0f",
        ),
        (
            200,
            "12df1297217ce1a021aa2fb1013498b8",
            "2b84ed230b8c94bed7798d4f27cd7465",
        ),
    ] {
        let message: Vec<u8> = (0..len).collect();
        assert!(
            hex(super::sha384(&message, &arena)).ends_with(sha384),
            "{len}"
        );
        assert!(
            hex(super::sha512(&message, &arena)).ends_with(sha512),
            "{len}"
        );
    }
    assert_eq!(super::sha384(b"", &arena).len(), 48);
    assert_eq!(md5("abc", &arena), "900150983cd24fb0d6963f7d28e17f72");
}
