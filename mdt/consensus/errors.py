"""Refusals of consensus that have a code of their own."""

from mdt.kernel.errors import Conflict
from mdt.kernel.i18n import N_


class TextChanged(Conflict):
    """The signer read another text. Facts: `fingerprint` of the present one, `changes` with field, label, before and
    after."""

    code = "text_changed"
    sentence = N_("文本在您阅读之后有改动，请查看改动后再签署。")


class SignersMissing(Conflict):
    """Facts: `signers_missing` [{id, name}], `deadline`, `quorum`, `signed`."""

    code = "consensus.signers_missing"
    sentence = N_("还有人没有表态：全部表态，或达到法定人数且已过截止时间后才能签发。")
