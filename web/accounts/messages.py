"""Flask-Security's messages in our words. Chinese is the source; English comes from translations/en/accounts.po."""

from __future__ import annotations

from flask_babel import gettext as translate


def _(text: str) -> str:
    """Marks a text for translation; it is translated when it is shown."""
    return text


MESSAGES: dict[str, tuple[str, str]] = {
    "ALREADY_CONFIRMED": (_("邮箱已经确认过，请直接登录"), "info"),
    "ANONYMOUS_USER_REQUIRED": (_("您已登录，不需要这一步"), "info"),
    "API_ERROR": (_("提交的内容不符合要求"), "danger"),
    "CHANGE_EMAIL_CONFIRMED": (_("登录邮箱已更换"), "success"),
    "CHANGE_EMAIL_EXPIRED": (_("链接已超过 %(within)s，失效了，请重新申请更换邮箱"), "danger"),
    "CHANGE_EMAIL_SENT": (_("确认邮件已发往 %(email)s，点击其中的链接后才会更换"), "success"),
    "CONFIRMATION_EXPIRED": (_("链接已超过 %(within)s，失效了，请重新发送确认邮件"), "danger"),
    "CONFIRMATION_REQUEST": (_("如果 %(email)s 已注册且尚未确认，确认邮件已经发出，请查收"), "info"),
    "CONFIRMATION_REQUIRED": (_("邮箱尚未确认：请点击确认邮件中的链接，或重新发送确认邮件"), "danger"),
    "DISABLED_ACCOUNT": (_("账号已停用，请联系系统管理员"), "danger"),
    "EMAIL_ALREADY_ASSOCIATED": (_("不能使用 %(email)s"), "danger"),
    "EMAIL_CONFIRMED": (_("邮箱已确认，请登录"), "success"),
    "EMAIL_NOT_PROVIDED": (_("请填写邮箱"), "danger"),
    "FAILED_TO_SEND_CODE": (_("验证码没有发出，请稍后再试"), "danger"),
    "FORGOT_PASSWORD": (_("忘记密码？"), "info"),
    "GENERIC_AUTHN_FAILED": (_("邮箱或密码不正确"), "danger"),
    "INVALID_CODE": (_("验证码不正确"), "danger"),
    "INVALID_CONFIRMATION_TOKEN": (_("确认链接无效，请重新发送确认邮件"), "danger"),
    "INVALID_EMAIL_ADDRESS": (_("邮箱格式不对，应类似 name@example.cn"), "danger"),
    "INVALID_PASSWORD": (_("密码不正确"), "danger"),
    "INVALID_RECOVERY_CODE": (_("恢复码不正确或已用过"), "danger"),
    "INVALID_REDIRECT": (_("不能转到其他网站"), "danger"),
    "INVALID_RESET_PASSWORD_TOKEN": (_("重设密码的链接无效或已用过，请重新申请"), "danger"),
    "LOGIN": (_("请先登录"), "info"),
    "NO_RECOVERY_CODES_SETUP": (_("还没有恢复码"), "info"),
    "PASSWORD_CHANGE": (_("密码已修改，其他设备上的登录已退出"), "success"),
    "PASSWORD_INVALID_LENGTH": (_("密码至少 %(length)s 位"), "danger"),
    "PASSWORD_IS_THE_SAME": (_("新密码不能与原密码相同"), "danger"),
    "PASSWORD_NOT_PROVIDED": (_("请填写密码"), "danger"),
    "PASSWORD_RESET_EXPIRED": (_("链接已超过 %(within)s，失效了，请重新申请重设密码"), "danger"),
    "PASSWORD_RESET_NO_LOGIN": (_("密码已重设，请用新密码登录"), "success"),
    "PASSWORD_RESET_REQUEST": (_("如果 %(email)s 已注册，重设密码的邮件已经发出，请查收"), "info"),
    "REAUTHENTICATION_REQUIRED": (_("为了安全，请再输入一次密码"), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_("已确认是您本人"), "success"),
    "RETYPE_PASSWORD_MISMATCH": (_("两次输入的密码不一致"), "danger"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (_("两步验证已开启，请保存恢复码"), "success"),
    "TWO_FACTOR_DISABLED": (_("两步验证已关闭"), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (_("验证码不正确或已过期，请输入应用上最新的 6 位数字"), "danger"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_("验证通过，已登录"), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_("没有这种验证方式"), "danger"),
    "TWO_FACTOR_PERMISSION_DENIED": (_("请先用邮箱和密码登录"), "danger"),
    "TWO_FACTOR_SETUP_EXPIRED": (_("设置已超过 %(within)s，请重新开始"), "danger"),
    "UNAUTHENTICATED": (_("请先登录"), "info"),
    "UNAUTHORIZED": (_("您没有权限查看此页或办理此事"), "danger"),
    "USER_DOES_NOT_EXIST": (_("邮箱或密码不正确"), "danger"),
}


class OurWords:
    """What Flask-Security asks for a text: our own catalogue instead of the library's."""

    def gettext(self, text: str, **variables: object) -> str:
        """The text in the page's language."""
        return str(translate(text, **variables))
