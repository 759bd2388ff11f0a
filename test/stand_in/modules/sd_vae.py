def get_loaded_vae_name() -> str | None:
    return None


def get_loaded_vae_hash() -> str | None:
    return None
