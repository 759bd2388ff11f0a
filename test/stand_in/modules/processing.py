"""Where extensions look for all that belongs to a generation."""

from modules.decoding import decode_latent_batch
from modules.infotext import Processed, create_infotext, program_version
from modules.process_images import fix_seed, get_fixed_seed, process_images, process_images_inner
from modules.processing_base import StableDiffusionProcessing
from modules.processing_img2img import StableDiffusionProcessingImg2Img
from modules.processing_txt2img import StableDiffusionProcessingTxt2Img

opt_f = 8
__all__ = [
    "Processed",
    "StableDiffusionProcessing",
    "StableDiffusionProcessingImg2Img",
    "StableDiffusionProcessingTxt2Img",
    "create_infotext",
    "decode_latent_batch",
    "fix_seed",
    "get_fixed_seed",
    "process_images",
    "process_images_inner",
    "program_version",
]
